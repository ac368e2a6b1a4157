from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "openmember.threads"
    label = "threads"
