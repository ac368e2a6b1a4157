from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "openmember.ui"
    label = "ui"
