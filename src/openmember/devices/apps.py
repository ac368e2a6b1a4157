from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "openmember.devices"
    label = "devices"
