from django.apps import AppConfig


class PhoneConfig(AppConfig):
    name = "openmember.phone"
    label = "phone"
