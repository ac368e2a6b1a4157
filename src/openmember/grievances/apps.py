from django.apps import AppConfig


class GrievancesConfig(AppConfig):
    name = "openmember.grievances"
    label = "grievances"
