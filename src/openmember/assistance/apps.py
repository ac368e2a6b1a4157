from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "openmember.assistance"
    label = "assistance"
