"""Whether a person is there now, for how long one waits, and on which line."""

from datetime import datetime

from django.conf import settings
from django.utils import translation

from openmember.cases.callbacks.types import Window
from openmember.cases.work.services.closing import next_window
from openmember.directory.lines import list_lines_of
from openmember.directory.opening import opening_of
from openmember.directory.queries import get_organisation, zone_of
from openmember.members.queries import get_member
from openmember.phone.queries import expected_wait_minutes
from openmember.phone.types import Call, Team
from openmember.ui import formats
from openmember.ui.formats import hours

# Whose work the callers of this line are: they ask about bills. The first of them calls back.
TEAMS = ("billing", "member_services", "financial_services")
PAGES = {"en": "en", "es": "es", "zh": "zh-hant"}


def team_now(*, call: Call, call_id: int, now: datetime) -> Team:
    """Return who answers for bills: the line for people who need help paying, at its hours."""
    organisation = get_organisation()
    open_hours = organisation.hardship_hours
    (line,) = list_lines_of(region="", kind="hardship")
    # A caller is nobody's member yet: the line's own zone is that of headquarters.
    is_open = opening_of(line, moment=now, zone=zone_of(region=""), states=()).is_open
    with translation.override(PAGES[call.language]):
        said = hours(open_hours.days, open_hours.opens, open_hours.closes)
    wait = expected_wait_minutes(call_id=call_id, people=settings.PHONE_PEOPLE) if is_open else 0
    return Team(is_open, wait, organisation.hardship.dial, said)


def window_for(*, call: Call, now: datetime) -> Window | None:
    """Return when a caller who proved who they are is called back; None where nobody knows whom or where."""
    if call.payee is None or not call.verified or not call.member_id:
        return None
    person = get_member(member_id=call.member_id).person
    if not person.phone:
        return None
    return next_window(team=TEAMS[0], region=call.payee.region, now=now)


def words_of(window: Window, call: Call) -> str:
    """Return a window as it is said in the call's language, in the zone of the account's region."""
    region = call.payee.region if call.payee else ""
    with translation.override(PAGES[call.language]):
        return formats.window(window.starts_at, window.ends_at, zone_of(region=region))
