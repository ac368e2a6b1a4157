"""A routing in the words of the page."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from openmember.directory.lines import find_line
from openmember.directory.online import list_tasks
from openmember.directory.queries import find_region, get_organisation
from openmember.directory.routing.types import Answer, Kind, Note, Reason, Routing, Slot
from openmember.directory.teams import get_team
from openmember.directory.types import PhoneLine
from openmember.ui import formats
from openmember.ui.types import Link

_MONDAY = date(2026, 6, 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """One way to be helped: who, the number and those beside it, when, and why."""

    title: str
    line: PhoneLine | None
    also: tuple[PhoneLine, ...]
    status: str
    is_open: bool
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """All the page says of one need."""

    answers: tuple[Shown, ...]
    have_ready: str
    question: str
    choices: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]
    notes: tuple[str, ...]
    best: tuple[str, ...]


def shown(found: Routing) -> Found:
    """Return what the page says; 911 and 988 stand above it already where there is danger."""
    ours = [one for one in found.answers if one.kind not in {Kind.EMERGENCY, Kind.CRISIS}]
    return Found(
        answers=tuple(_shown(one) for one in ours),
        have_ready=get_team(code=found.team).have_ready if found.team else "",
        question=found.question,
        choices=tuple((code, get_team(code=code).name) for code in found.choices),
        links=_links(found.online),
        notes=tuple(_note(note) for note in found.notes),
        best=tuple(_slot(one) for one in found.best),
    )


def _shown(one: Answer) -> Shown:
    region = find_region(code=one.region)
    name = get_team(code=one.team).name
    title = f"{name}, {region.name}" if region else name
    line = find_line(code=one.line)
    return Shown(
        title=title,
        line=one.number,
        also=line.numbers[1:] if line else (),
        status=_status(one),
        is_open=one.opening.is_open,
        why=tuple(words for reason in one.reasons if (words := _why(reason))),
    )


def _status(one: Answer) -> str:
    if one.number is None:
        return _("Bring the completed application to any of our medical offices in the region.")
    opening = one.opening
    if opening.is_open and opening.until is None:
        return _("Answered day and night")
    if opening.opens_at is not None:
        day, clock = formats.moment(opening.opens_at, _zone(one), "weekday")
        words = (
            _("Closed now, usually opens %(day)s at %(time)s")
            if opening.usual
            else _("Closed now, opens %(day)s at %(time)s")
        )
        return words % {"day": day, "time": clock}
    if opening.until is None:
        return _("Closed now")
    _day, clock = formats.moment(opening.until, _zone(one))
    words = (
        _("Usually open now, until %(time)s") if opening.usual else _("Open now, until %(time)s")
    )
    said = words % {"time": clock}
    if one.wait_seconds is None:
        return said
    minutes = max(1, round(one.wait_seconds / 60))
    waited = _("Callers of this hour waited about %(minutes)s min.") % {"minutes": minutes}
    return f"{said}. {waited}"


def _zone(one: Answer) -> ZoneInfo | None:
    moment = one.opening.opens_at or one.opening.until
    return moment.tzinfo if moment and isinstance(moment.tzinfo, ZoneInfo) else None


def _why(reason: Reason) -> str:
    return {
        Reason.CLINICAL: _("For questions about your health that cannot wait."),
        Reason.SPEAKS_LANGUAGE: _("Answered in your language."),
        Reason.HOME_REGION: _("Your membership is with this region, wherever you are."),
        Reason.MEDICARE: _("Medicare members call Member Services of their region."),
        Reason.TEAM_LINE: _("The team’s own line."),
        Reason.REGION_LINE: _("One call reaches every team."),
    }.get(reason, "")


def _note(note: Note) -> str:
    tty = get_organisation().tty
    return {
        Note.INTERPRETER: _("An interpreter is free. Say your language when you call."),
        Note.RELAY: _("Call TTY %(tty)s and give the number above: every line takes relay calls.")
        % {"tty": tty},
        Note.NURSE_ANY_TIME: _("A nurse answers day and night at the Member Services number."),
    }[note]


def _slot(one: Slot) -> str:
    day = formats.day(_MONDAY + timedelta(days=one.weekday), "weekday").split(",")[0].split(" ")[0]
    return f"{day}, {one.hour}:00"


def _links(pages: tuple[str, ...]) -> tuple[Link, ...]:
    """Return links to what can be done online; a page this portal does not have is left out."""
    links = []
    for task in list_tasks():
        if task.page in pages:
            try:
                links.append(Link(task.label, reverse(task.page)))
            except NoReverseMatch:
                continue
    return tuple(dict.fromkeys(links))
