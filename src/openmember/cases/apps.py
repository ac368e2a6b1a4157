from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "openmember.cases"
    label = "cases"
