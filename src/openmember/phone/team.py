"""Whether a person is there now, for how long one waits, and on which line."""

from datetime import datetime

from django.conf import settings
from django.utils import translation

from openmember.directory.lines import list_lines_of
from openmember.directory.opening import opening_of
from openmember.directory.queries import get_organisation, zone_of
from openmember.phone.queries import expected_wait_minutes
from openmember.phone.types import Call, Team
from openmember.ui.formats import hours

_PAGES = {"en": "en", "es": "es", "zh": "zh-hant"}


def team_now(*, call: Call, call_id: int, now: datetime) -> Team:
    """Return who answers for bills: the line for people who need help paying, at its hours."""
    organisation = get_organisation()
    open_hours = organisation.hardship_hours
    (line,) = list_lines_of(region="", kind="hardship")
    # A caller is nobody's member yet: the line's own zone is that of headquarters.
    is_open = opening_of(line, moment=now, zone=zone_of(region=""), states=()).is_open
    with translation.override(_PAGES[call.language]):
        said = hours(open_hours.days, open_hours.opens, open_hours.closes)
    wait = expected_wait_minutes(call_id=call_id, people=settings.PHONE_PEOPLE) if is_open else 0
    return Team(is_open, wait, organisation.hardship.dial, said)
