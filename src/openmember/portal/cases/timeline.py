"""What happened to a question, in the member's words: the newest last, nothing that is only ours."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openmember.cases import dossier
from openmember.cases.types import Case, Event, Note, Status
from openmember.cases.words import status_for_member
from openmember.directory.teams import UnknownTeam, get_team
from openmember.ui import formats


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `body` is what somebody wrote."""

    at: datetime
    title: str
    body: str = ""
    is_mine: bool = False


def timeline_of(case: Case, *, without: Collection[str] = ()) -> list[Entry]:
    """Return what the member may read of what happened, the oldest first; no events of some kinds."""
    entries = [entry for event in dossier.list_events(case=case, only_visible=True)
               if event.kind not in without and (entry := _of_event(case, event))]  # fmt: skip
    entries += [_of_note(note) for note in dossier.list_notes(case=case, only_visible=True)]
    return sorted(entries, key=lambda entry: entry.at)


def asked_for(case: Case) -> str:
    """Return what the member is asked for, while the case waits for them."""
    if case.status is not Status.WAITING_ON_MEMBER:
        return ""
    moved = [
        one for one in dossier.list_events(case=case, only_visible=True) if one.kind == "moved"
    ]
    return str(moved[-1].detail.get("why", "")) if moved else ""


def _of_note(note: Note) -> Entry:
    if note.is_members:
        return Entry(note.at, _("You wrote"), note.body, is_mine=True)
    name = note.author_name or _("Our team")
    return Entry(note.at, _("%(name)s wrote") % {"name": name}, note.body)


def _of_event(case: Case, event: Event) -> Entry | None:
    if event.kind == "moved":
        return _of_move(case, event)
    words = _EVENTS.get(event.kind)
    if words is None:
        return None
    is_mine = event.actor.startswith("member:")
    title, body = words(event.detail, is_mine)
    return Entry(event.at, title, body, is_mine)


def _of_move(case: Case, event: Event) -> Entry | None:
    to, why = str(event.detail.get("to", "")), str(event.detail.get("why", ""))
    if to == Status.WAITING_ON_MEMBER:
        return Entry(event.at, _("We need something from you"), why)
    if to == Status.RESOLVED:
        return Entry(event.at, _("We answered"))
    if to == Status.REOPENED:
        is_mine = event.actor.startswith("member:")
        title = _("You reopened this") if is_mine else _("We reopened this")
        return Entry(event.at, title, why if is_mine else "", is_mine)
    if to == Status.CLOSED:
        return Entry(event.at, _("Closed"))
    if to == Status.WAITING_ON_OTHER and case.status is Status.WAITING_ON_OTHER:
        return Entry(event.at, status_for_member(case))
    return None


def _window(detail: Any) -> str:
    starts, ends = (datetime.fromisoformat(str(detail[one])) for one in ("starts_at", "ends_at"))
    day, first = formats.moment(starts, style="weekday")
    _day, last = formats.moment(ends)
    return _("%(day)s between %(first)s and %(last)s") % {"day": day, "first": first, "last": last}


def _team(detail: Any) -> str:
    try:
        return get_team(code=str(detail.get("to", ""))).name
    except UnknownTeam:
        return _("another team")


_EVENTS: dict[str, Callable[[Any, bool], tuple[str, str]]] = {
    "opened": lambda detail, mine: (_("You asked us") if mine else _("We opened this for you"), ""),
    "owned": lambda detail, mine: (
        _("%(name)s takes care of this") % {"name": detail.get("owner_name", "")}, "",
    ),
    "transfer_accepted": lambda detail, mine: (
        _("Now with %(team)s, who know what you told us") % {"team": _team(detail)}, "",
    ),
    "callback_promised": lambda detail, mine: (
        _("We will call you %(window)s") % {"window": _window(detail)}, "",
    ),
    "callback_attempted": lambda detail, mine: (
        _("We called and spoke with you") if detail.get("outcome") == "reached" else _("We tried to call you"),
        "",
    ),
    "callback_broken": lambda detail, mine: (
        _("We did not call when we said we would. We are sorry."), "",
    ),
    "callback_unreached": lambda detail, mine: (
        _("We called and could not reach you. Write to us when suits you better."), "",
    ),
    "callback_cancelled": lambda detail, mine: (_("The call was called off"), ""),
    "expedited": lambda detail, mine: (_("We answer this faster, because it cannot wait"), ""),
    "expedite_refused": lambda detail, mine: (
        _("A faster answer was asked for; we answer at the usual pace"), str(detail.get("why", "")),
    ),
    "extended": lambda detail, mine: (_("It takes longer than we said"), str(detail.get("why", ""))),
    "dispute_handed_on": lambda detail, mine: (
        _("We sent your file to %(reviewer)s") % {"reviewer": detail.get("reviewer", "")}, "",
    ),
    "dispute_handoff_acknowledged": lambda detail, mine: (
        _("%(reviewer)s has your file") % {"reviewer": detail.get("reviewer", "")}, "",
    ),
    "dispute_copy_asked": lambda detail, mine: (
        _("You asked for a copy of your file") if mine else _("A copy of your file was asked for"), "",
    ),
    "dispute_copy_given": lambda detail, mine: (_("Your copy of the file is ready"), ""),
    "document": lambda detail, mine: (
        _("You sent a document") if mine else _("We added a document for you"), "",
    ),
}  # fmt: skip
