"""Which windows may be promised, and what becomes of a promise. The team's hours decide, not the viewer's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from openmember.cases.callbacks.types import Reached, State, Window
from openmember.cases.clocks.business import windows_from
from openmember.cases.clocks.types import Hours


class BadWindow(ValueError):
    """This window cannot be promised. `next` is one that can."""

    def __init__(self, why: str, next_window: Window) -> None:
        super().__init__(why)
        self.why = why
        self.next = next_window


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a window may be, and how far ahead it may begin."""

    shortest: timedelta
    longest: timedelta
    ahead: timedelta


def check_window(window: Window, hours: Hours, limits: Limits, now: datetime) -> None:
    """Errors: BadWindow: `past`, `too_short`, `too_long`, `too_far`, `closed`."""
    why = _wrong(window, hours, limits, now)
    if why:
        earliest = max(window.starts_at, now)
        if why == "too_far":
            earliest = now
        raise BadWindow(why, next_window(hours, limits, earliest))


def next_window(hours: Hours, limits: Limits, earliest: datetime) -> Window:
    """Return the first window of the longest length that fits into the team's hours, from a moment on."""
    for opens, closes in windows_from(hours, _on_the_half_hour(earliest)):
        if closes - opens >= limits.shortest:
            return Window(opens, min(opens + limits.longest, closes))
    raise AssertionError  # `windows_from` has no end, or says that there is none.


def list_windows(
    hours: Hours, limits: Limits, earliest: datetime, count: int
) -> tuple[Window, ...]:
    """Return the next windows one after the other, to choose from."""
    found: list[Window] = []
    here = earliest
    while len(found) < count:
        window = next_window(hours, limits, here)
        found.append(window)
        here = window.ends_at
    return tuple(found)


def state_after(
    window: Window, attempts: Sequence[tuple[datetime, Reached]], at_most: int
) -> State:
    """Return what attempts make of a promise that was not broken before."""
    if any(outcome is Reached.REACHED and _in_time(window, at) for at, outcome in attempts):
        return State.KEPT
    if any(outcome is Reached.REACHED for _at, outcome in attempts):
        return State.BROKEN
    if len(attempts) >= at_most or any(
        outcome is Reached.WRONG_NUMBER for _at, outcome in attempts
    ):
        return State.UNREACHED if _any_in_time(window, attempts) else State.BROKEN
    return State.PROMISED


def state_at_end(window: Window, attempts: Iterable[tuple[datetime, Reached]]) -> State:
    """Return what the end of the window makes of a promise: who was called and not reached was called."""
    return State.UNREACHED if _any_in_time(window, attempts) else State.BROKEN


def _in_time(window: Window, at: datetime) -> bool:
    return window.starts_at <= at < window.ends_at


def _any_in_time(window: Window, attempts: Iterable[tuple[datetime, Reached]]) -> bool:
    return any(_in_time(window, at) for at, _outcome in attempts)


def _wrong(window: Window, hours: Hours, limits: Limits, now: datetime) -> str:
    length = window.ends_at - window.starts_at
    if window.starts_at < now:
        return "past"
    if length < limits.shortest:
        return "too_short"
    if length > limits.longest:
        return "too_long"
    if window.starts_at > now + limits.ahead:
        return "too_far"
    opens, closes = next(windows_from(hours, window.starts_at))
    is_inside = opens == window.starts_at.astimezone(UTC) and window.ends_at <= closes
    return "" if is_inside else "closed"


def _on_the_half_hour(moment: datetime) -> datetime:
    """Return the moment, or the next half hour: nobody promises 10:07."""
    here = moment.astimezone(UTC)
    past = timedelta(minutes=here.minute % 30, seconds=here.second, microseconds=here.microsecond)
    return here - past + timedelta(minutes=30) if past else here
