"""Windows of promised calls, in the member's own time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from openmember.cases.callbacks.queries import list_windows
from openmember.cases.callbacks.types import Window
from openmember.cases.types import Case
from openmember.directory.queries import zone_of
from openmember.ui import formats

OFFERED = 8


def windows_of(case: Case, now: datetime) -> list[tuple[str, str]]:
    """Return the next windows to choose from: the value a form sends, and the words."""
    return [
        (f"{one.starts_at.isoformat()}/{one.ends_at.isoformat()}", words_of(case, one))
        for one in list_windows(case=case, now=now, count=OFFERED)
    ]


def words_of(case: Case, window: Window) -> str:
    """Return a window in the zone of the member's region, with its day and its two times."""
    return in_words(window, zone_of(region=case.region))


def in_words(window: Window, zone: ZoneInfo) -> str:
    """Return a window with its day and its two times."""
    day, first = formats.moment(window.starts_at, zone, "weekday")
    _day, last = formats.moment(window.ends_at, zone)
    return f"{day}, {first} – {last}"
