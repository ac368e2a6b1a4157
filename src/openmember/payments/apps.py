from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "openmember.payments"
    label = "payments"
