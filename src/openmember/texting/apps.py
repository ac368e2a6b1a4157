from django.apps import AppConfig


class TextingConfig(AppConfig):
    name = "openmember.texting"
    label = "texting"
