"""Which of several laws governs: the earliest date of what the plan owes, the latest of what a member may."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from openmember.rulebook.types import Due


@dataclass(frozen=True, slots=True)
class Lost:
    """A deadline that does not govern, and why."""

    due: Due
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The deadline to keep, and those it beat; all are shown with their citations."""

    governs: Due
    lost: tuple[Lost, ...]


def earliest(dues: Iterable[Due]) -> Merged:
    """Return what a plan must keep when several laws give it a deadline. Errors: ValueError for none."""
    return _merged(dues, latest_governs=False)


def latest(dues: Iterable[Due]) -> Merged:
    """Return until when a member may act when several laws give the right. Errors: ValueError for none."""
    return _merged(dues, latest_governs=True)


def _merged(dues: Iterable[Due], *, latest_governs: bool) -> Merged:
    given = tuple(dues)
    if not given:
        raise ValueError("There is no deadline to choose from.")
    zone = next((due.at.tzinfo for due in given if due.at and due.at.tzinfo), UTC)
    ranked = sorted(given, key=lambda due: _ends_at(due, zone), reverse=latest_governs)
    first = ranked[0]
    word = "later" if latest_governs else "earlier"
    return Merged(first, tuple(Lost(due, _why(first, due, zone, word)) for due in ranked[1:]))


def _why(governs: Due, lost: Due, zone: tzinfo, word: str) -> str:
    if _ends_at(governs, zone) == _ends_at(lost, zone):
        return f"{lost.clock.id} gives the same: {governs.clock.citation} is shown for both"
    return (
        f"{lost.clock.id} gives {lost.notation} ({lost.clock.citation});"
        f" {governs.notation} under {governs.clock.citation} is {word}"
    )


def _ends_at(due: Due, zone: tzinfo) -> datetime:
    """Return the first moment after a deadline: a day ends with its midnight."""
    if due.at is not None:
        moment = due.at if due.at.tzinfo else due.at.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    return datetime.combine(due.on + timedelta(days=1), time.min, zone).astimezone(UTC)
