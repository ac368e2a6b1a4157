"""A date in words: from when it counts, by which rule, what paused or lengthened it, and which law lost."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openmember.grievances.due import last_day
from openmember.grievances.types import Deadline, Running, Step, Whose
from openmember.rulebook.types import Basis, Clock, Roll, Unit
from openmember.ui import formats

_EXACT = {Unit.HOUR, Unit.NOON_NEXT_DAY}


@dataclass(frozen=True, slots=True)
class Lost:
    """What another law says, and why it does not govern."""

    rule: str
    citation: str
    until: str
    why: str


@dataclass(frozen=True, slots=True)
class Why:
    """All that makes a date. `pauses` are sentences."""

    start: str
    rule: str
    citation: str
    pauses: tuple[str, ...]
    extension: str
    lost: tuple[Lost, ...]
    is_firm: bool


def why_of(running: Running, *, zone: str) -> Why:
    """Return what a date is made of."""
    governs = running.governs
    return Why(
        start=start_words(running, zone),
        rule=rule_words(governs.clock, running),
        citation=governs.clock.citation,
        pauses=_pauses(running, zone),
        extension=_extension(governs),
        lost=tuple(_lost(one, zone, running) for one in running.lost),
        is_firm=running.is_firm,
    )


def until_words(due_at: datetime | None, clock: Clock, zone: str) -> str:
    """Return a deadline as people say it: the last day in time, or the moment where hours are counted."""
    if due_at is None:
        return _("not while the clock stands still")
    if clock.unit in _EXACT:
        return _("%(day)s, %(time)s") % dict(
            zip(("day", "time"), formats.moment(due_at, ZoneInfo(zone), "weekday"), strict=True)
        )
    return formats.day(last_day(due_at, zone), "weekday")


def due_words(running: Running, zone: str) -> str:
    """Return when a duty or right ends."""
    return until_words(running.due_at, running.governs.clock, zone)


def start_words(running: Running, zone: str) -> str:
    """Return from when a date counts."""
    started = running.started_at.astimezone(ZoneInfo(zone))
    if running.governs.clock.unit in _EXACT:
        day, time = formats.moment(started, ZoneInfo(zone))
        return _("%(day)s, %(time)s") % {"day": day, "time": time}
    return formats.day(started.date())


def rule_words(clock: Clock, running: Running) -> str:
    """Return a rule in a sentence, such as `30 calendar days after we received it`."""
    if clock.unit is Unit.NOON_NEXT_DAY:
        return _("Until noon of the next day")
    said = _("%(length)s after %(start)s") % {
        "length": _length(clock), "start": _basis(clock, running),
    }  # fmt: skip
    if clock.roll is Roll.NEXT_BUSINESS_DAY:
        return _("%(rule)s; when that is no business day, the next one") % {"rule": said}
    return said


def _length(clock: Clock) -> str:
    count = clock.length
    words = {
        Unit.HOUR: ngettext("%(count)s hour", "%(count)s hours", count),
        Unit.CALENDAR_DAY: ngettext("%(count)s calendar day", "%(count)s calendar days", count),
        Unit.BUSINESS_DAY: ngettext("%(count)s business day", "%(count)s business days", count),
        Unit.CALENDAR_MONTH: ngettext("%(count)s month", "%(count)s months", count),
        Unit.CALENDAR_YEAR: ngettext("%(count)s year", "%(count)s years", count),
    }
    return words[clock.unit] % {"count": count}


def _basis(clock: Clock, running: Running) -> str:
    is_members = running.whose is Whose.MEMBER
    if running.from_statement:
        return _("your doctor’s supporting statement came, or the 14 days to send it were over")
    if clock.basis is Basis.RECEIPT and running.step is Step.EFFECTUATE:
        return _("the decision was received")
    if clock.basis is Basis.RECEIPT:
        return _("the letter reached you") if is_members else _("the request was received")
    if clock.basis is Basis.NOTICE:
        return _("the date on the letter")
    if not is_members:
        return _("the step before it")
    # A right that waits follows from a decision; one that was used began with what is disputed.
    is_first = running.met_at is not None or running.step is not Step.FILE
    return _("the day it happened") if is_first else _("the decision")


def _extension(governs: Deadline) -> str:
    if not governs.added:
        return ""
    said = ngettext(
        "%(count)s day was added, as this law allows.",
        "%(count)s days were added, as this law allows.", governs.added,
    )  # fmt: skip
    return said % {"count": governs.added}


def _pauses(running: Running, zone: str) -> tuple[str, ...]:
    """Return when the clock stood still, as far as the governing law lets it."""
    found = []
    for one in running.stood:
        ended = formats.day(last_day(one.ends_at, zone))
        if one.until is not None and one.until < one.ends_at:
            ended = _day(one.until, zone)
        said = {"since": _day(one.since, zone), "until": ended}
        if one.until is None:
            found.append(
                _("The clock stands still since %(since)s, until %(until)s at the latest.") % said
            )
        else:
            found.append(_("From %(since)s to %(until)s the clock stood still.") % said)
    return tuple(found)


def _lost(one: Deadline, zone: str, running: Running) -> Lost:
    reasons = {
        "same": _("It comes to the same day."),
        "earlier_right": _("It ends sooner. Of a right of yours the latest day counts."),
        "later_duty": _("It ends later. Of what we owe you the earliest day counts."),
    }
    return Lost(
        rule=rule_words(one.clock, running),
        citation=one.clock.citation,
        until=until_words(one.due_at, one.clock, zone),
        why=reasons.get(one.why_not, ""),
    )


def _day(moment: datetime, zone: str) -> str:
    return formats.day(moment.astimezone(ZoneInfo(zone)).date())
