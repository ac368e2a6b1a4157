from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "openmember.members"
    label = "members"
