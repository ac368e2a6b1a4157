from django.apps import AppConfig


class CoverageConfig(AppConfig):
    name = "openmember.coverage"
    label = "coverage"
