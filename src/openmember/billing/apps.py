from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "openmember.billing"
    label = "billing"
