from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "openmember.desk"
    label = "desk"
