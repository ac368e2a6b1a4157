from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "openmember.portal"
    label = "portal"

    def ready(self) -> None:
        # Connects what is to happen at a new password.
        from openmember.portal.connections import ending  # noqa: F401  imported for its receivers
        from openmember.portal.device import leaving  # noqa: F401  imported for its receivers
