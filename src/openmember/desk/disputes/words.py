"""How the desk says time, rules and events of disputes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openmember.grievances.due import last_day
from openmember.grievances.possible import revived
from openmember.grievances.reasons import find_reason
from openmember.grievances.types import (
    Care,
    Dispute,
    Kind,
    Lapse,
    Level,
    Logged,
    Matter,
    Outcome,
    Step,
)
from openmember.grievances.words import (
    BASES,
    CARES,
    EVENTS,
    LAPSES,
    LEVELS,
    MATTERS,
    OUTCOMES,
    STEPS,
)
from openmember.rulebook.types import Clock, Roll, Unit
from openmember.ui import formats
from openmember.ui.formats import dollars

_DAY = timedelta(days=1)
_HOURS_TOLD = timedelta(days=3)
UNITS: dict[Unit, Promise] = {
    Unit.HOUR: gettext_lazy("hours"),
    Unit.CALENDAR_DAY: gettext_lazy("calendar days"),
    Unit.BUSINESS_DAY: gettext_lazy("business days"),
    Unit.CALENDAR_MONTH: gettext_lazy("calendar months"),
    Unit.CALENDAR_YEAR: gettext_lazy("calendar years"),
    Unit.CALENDAR_DAY_THEN_NEXT_BUSINESS_DAY: gettext_lazy(
        "calendar days and the business day that follows"
    ),
}


@dataclass(frozen=True, slots=True)
class Left:
    """How much time is left, in words, and how it should strike the eye."""

    words: str
    tone: str


def left(due_at: datetime, now: datetime) -> Left:
    """Return how long it is until something is due, or since it was."""
    span = abs(due_at - now)
    length = _length(span)
    if due_at <= now:
        return Left(_("%(time)s late") % {"time": length}, "bad")
    tone = "caution" if span < _HOURS_TOLD else ""
    return Left(_("%(time)s left") % {"time": length}, tone)


def _length(span: timedelta) -> str:
    if span >= 2 * _DAY:
        return ngettext("%(count)d day", "%(count)d days", span.days) % {"count": span.days}
    hours = span // timedelta(hours=1)
    if hours:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    minutes = max(span // timedelta(minutes=1), 1)
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def rule_of(clock: Clock) -> str:
    """Return what a clock counts, such as `30 calendar days after receipt`."""
    if clock.unit is Unit.NOON_NEXT_DAY:
        said = _("noon of the day after %(basis)s")
        return said % {"basis": BASES[clock.basis]}
    said = _("%(count)d %(unit)s after %(basis)s") % {
        "count": clock.length,
        "unit": UNITS.get(clock.unit, clock.unit.replace("_", " ")),
        "basis": BASES[clock.basis],
    }
    if clock.roll is Roll.NEXT_BUSINESS_DAY:
        return _("%(rule)s, moved to a business day") % {"rule": said}
    return said


def warning_of(dispute: Dispute, now: datetime) -> str:
    """Return what taking a dismissal back does at once, because its time is over; empty where it is not."""
    late = revived(dispute=dispute, now=now)
    if late is None or late.due_at is None:
        return ""
    said = _("The last day to decide was %(day)s (%(law)s). Taken back now, it is overdue at once.") % {
        "day": formats.day(last_day(late.due_at, dispute.standing.zone)),
        "law": late.governs.clock.citation,
    }  # fmt: skip
    return f"{said} {LAPSES[late.lapse]}." if late.lapse else said


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    at: datetime
    what: str
    who: str
    facts: tuple[str, ...]


def line_of(logged: Logged) -> Line:
    """Return an event in words."""
    event, said = logged.event, logged.event.detail
    who = logged.actor_name or str(_WRITERS.get(logged.actor.partition(":")[0], logged.actor))
    return Line(event.at, str(EVENTS[event.kind]), who, tuple(_facts(event.kind, said)))


_WRITERS: dict[str, Promise] = {
    "member": gettext_lazy("The member"),
    "system": gettext_lazy("By itself"),
}


def _facts(kind: Kind, said: object) -> list[str]:
    """Return what an event says of itself, each part in words."""
    detail: dict[str, str] = {name: str(value) for name, value in dict(said).items()}  # type: ignore[call-overload]  # a mapping
    found: list[str] = []
    for name, words_of in _PARTS.items():
        if detail.get(name) and not (kind is Kind.RECEIVED and name == "level"):
            found.append(str(words_of(detail[name])))
    return found


def _notice(day: str) -> str:
    return _("notice of %(day)s") % {"day": day}


def _days(count: str) -> str:
    return ngettext("%(count)d day", "%(count)d days", int(count)) % {"count": int(count)}


# What is said of an event beside its kind, in this order.
_PARTS: dict[str, Callable[[str], object]] = {
    "matter": lambda value: MATTERS[Matter(value)],
    "care": lambda value: CARES[Care(value)],
    "outcome": lambda value: OUTCOMES[Outcome(value)],
    "level": lambda value: LEVELS[Level(value)],
    "step": lambda value: STEPS[Step(value)],
    "lapse": lambda value: LAPSES[Lapse(value)],
    "days": _days,
    "code": lambda value: find_reason(code=value).title,
    "criteria": str,
    "reason": str,
    "what": str,
    "reference": str,
    "on": str,
    "how": str,
    "why": str,
    "wish": str,
    "together_cents": lambda cents: _("together %(amount)s") % {"amount": dollars(int(cents))},
    "good_cause": lambda text: _("late, because: %(cause)s") % {"cause": text},
    "law_why": str,
    "until": lambda day: _("until %(day)s") % {"day": day},
    "came_at": lambda moment: _("came on %(day)s") % {"day": moment[:10]},
    "notice_on": _notice,
}
