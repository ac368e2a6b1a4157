from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "openmember.kernel"
    label = "kernel"
