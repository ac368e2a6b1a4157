from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "openmember.api"
    label = "api"
