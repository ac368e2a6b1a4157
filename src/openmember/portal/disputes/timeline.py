"""What happened to a dispute and its case, in one order."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from openmember.cases.types import Case
from openmember.grievances.types import Dispute, Kind, Lapse, Level, Logged, Matter, Outcome, Step
from openmember.grievances.words import EVENTS, LAPSES, LEVELS, MATTERS, OUTCOMES, STEPS
from openmember.members.types import Actor
from openmember.portal.cases.timeline import Entry, timeline_of

# Its own words for these come from the dispute.
_OF_THE_CASE = {"opened"}


def entries_of(case: Case, dispute: Dispute, *, reader: Actor) -> list[Entry]:
    """Return what happened, the oldest first; what somebody did for the member names them."""
    found = [_of_event(one, reader) for one in dispute.events]
    found += timeline_of(case, without=_OF_THE_CASE)
    return sorted(found, key=lambda entry: entry.at)


def _of_event(logged: Logged, reader: Actor) -> Entry:
    event, is_mine = logged.event, logged.actor == str(reader)
    words = _WORDS.get(event.kind)
    title, body = words(event.detail) if words else (str(EVENTS[event.kind]), "")
    if logged.actor.startswith("member:") and logged.actor_name and not is_mine:
        title = _("%(what)s, by %(name)s") % {"what": title, "name": logged.actor_name}
    return Entry(event.at, title, body, is_mine)


def _why(detail: Mapping[str, object]) -> str:
    return str(detail.get("why", ""))


def _extended(detail: Mapping[str, object]) -> tuple[str, str]:
    days = int(str(detail["days"]))
    said = ngettext("We take %(days)s more day", "We take %(days)s more days", days)
    return said % {"days": days}, _why(detail)


_WORDS: dict[Kind, Callable[[Any], tuple[str, str]]] = {
    Kind.RECEIVED: lambda detail: (
        _("We received it: %(matter)s") % {"matter": MATTERS[Matter(str(detail["matter"]))]}, "",
    ),
    Kind.RELABELLED: lambda detail: (
        _("Handled as: %(matter)s. Its dates stay those of the day it came.")
        % {"matter": MATTERS[Matter(str(detail["matter"]))]}, "",
    ),
    Kind.EXPEDITED: lambda detail: (str(EVENTS[Kind.EXPEDITED]), ""),
    Kind.EXPEDITE_REFUSED: lambda detail: (str(EVENTS[Kind.EXPEDITE_REFUSED]), _why(detail)),
    Kind.EXTENDED: _extended,
    Kind.TOLLED: lambda detail: (str(EVENTS[Kind.TOLLED]), _why(detail)),
    Kind.DONE: lambda detail: (
        pgettext("step of a dispute", "Done: %(step)s") % {"step": STEPS[Step(str(detail["step"]))]}, "",
    ),
    Kind.DECIDED: lambda detail: (
        str(OUTCOMES[Outcome(str(detail["outcome"]))]), str(detail.get("reason", "")),
    ),
    Kind.LAPSED: lambda detail: (str(LAPSES[Lapse(str(detail["lapse"]))]), ""),
    Kind.ESCALATED: lambda detail: (
        _("Now with: %(level)s") % {"level": LEVELS[Level(str(detail["level"]))]}, "",
    ),
    Kind.EFFECTUATED: lambda detail: (str(EVENTS[Kind.EFFECTUATED]), str(detail.get("what", ""))),
    Kind.WITHDRAWN: lambda detail: (str(EVENTS[Kind.WITHDRAWN]), _why(detail)),
    Kind.REOPENED: lambda detail: (str(EVENTS[Kind.REOPENED]), _why(detail)),
    Kind.VACATED: lambda detail: (str(EVENTS[Kind.VACATED]), _why(detail)),
}  # fmt: skip
