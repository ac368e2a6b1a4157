from django.apps import AppConfig


class RegistrationsConfig(AppConfig):
    name = "openmember.registrations"
    label = "registrations"
