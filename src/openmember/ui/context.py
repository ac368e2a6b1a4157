"""What every page knows of the organisation."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from openmember.ui.types import Organisation

# A path and not an import: ui lies below the directory, which fulfils this.
SOURCE = "openmember.directory.queries.get_organisation"


def organisation() -> Organisation:
    """Return the configured organisation."""
    source = import_string(getattr(settings, "ORGANISATION_SOURCE", SOURCE))
    return cast(Organisation, source())


def site(request: HttpRequest) -> dict[str, object]:
    """Give every template `organisation`, and `help_lines`, which a page may narrow to a region."""
    known = organisation()
    return {"organisation": known, "help_lines": known.member_services}
