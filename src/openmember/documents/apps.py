from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "openmember.documents"
    label = "documents"
