from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "openmember.ledger"
    label = "ledger"
