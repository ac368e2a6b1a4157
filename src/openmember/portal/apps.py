from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "openmember.portal"
    label = "portal"
