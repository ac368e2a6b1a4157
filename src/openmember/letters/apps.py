from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "openmember.letters"
    label = "letters"
