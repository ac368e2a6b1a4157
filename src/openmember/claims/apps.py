from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "openmember.claims"
    label = "claims"
