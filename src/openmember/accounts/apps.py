from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "openmember.accounts"
    label = "accounts"
