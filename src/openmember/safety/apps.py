from django.apps import AppConfig


class SafetyConfig(AppConfig):
    name = "openmember.safety"
    label = "safety"
