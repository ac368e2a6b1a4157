from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "openmember.directory"
    label = "directory"
