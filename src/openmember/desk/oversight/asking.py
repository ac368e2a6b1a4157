"""Which disputes the pages of oversight are asked about, and the frame around them."""

from collections.abc import Iterable, Iterator, Sequence
from csv import writer
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from openmember.grievances.oversight.types import Asked
from openmember.grievances.types import Law, Matter
from openmember.grievances.words import LAWS, MATTERS
from openmember.kernel.spreadsheets import harmless

PLACES = ("CA", "CO", "DC", "GA", "HI", "MD", "OR", "VA", "WA")
MONTHS_BEFORE = 2
ID_AT_MOST = 18
Word = TypeVar("Word", bound=StrEnum)


def asked_of(request: HttpRequest) -> Asked:
    """Return what the address asks about; without a period this month and the two before."""
    given, today = request.GET, timezone.localdate()
    until = _day(given.get("until", "")) or today
    since = _day(given.get("since", "")) or months_before(until, MONTHS_BEFORE)
    place = given.get("place", "")
    return Asked(
        since=min(since, until),
        until=max(since, until),
        law=_word(given.get("law", ""), Law),
        place=place if place in PLACES else "",
        matter=_word(given.get("matter", ""), Matter),
    )


def months_before(day: date, count: int) -> date:
    """Return the first day of a month so many before that of a day."""
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def query_of(asked: Asked, **more: str) -> str:
    """Return the query of an address that asks about the same disputes."""
    given = {
        "since": asked.since.isoformat(), "until": asked.until.isoformat(), "law": asked.law or "",
        "place": asked.place, "matter": asked.matter or "", **more,
    }  # fmt: skip
    return urlencode({name: value for name, value in given.items() if value})


def frame_of(asked: Asked, tab: str) -> dict[str, object]:
    """Return what every page of oversight shows around its own."""
    today = timezone.localdate()
    return {
        "tab": tab,
        "asked": asked,
        "query": query_of(asked),
        "laws": [(one.value, words) for one, words in LAWS.items()],
        "matters": [(one.value, words) for one, words in MATTERS.items()],
        "states": PLACES,
        "periods": [
            (months, query_of(replace(asked, since=months_before(today, months - 1), until=today)))
            for months in (1, 3, 12)
        ],
    }  # fmt: skip


def file_of(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return rows as a CSV file, written as they come. No cell is one that a spreadsheet would run."""
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    # Both kinds of answer share a parent only; what wraps views asks for the usual one.
    return cast(HttpResponse, response)


def place_of(text: str) -> tuple[datetime, int] | None:
    """Return where a page begins, as an address says it, or None."""
    at, _, identity = text.partition("_")
    if not (identity.isdecimal() and len(identity) <= ID_AT_MOST):
        return None
    try:
        return datetime.fromtimestamp(float(at), timezone.get_default_timezone()), int(identity)
    except (ValueError, OverflowError, OSError):
        return None


def text_of(place: tuple[Any, ...] | None) -> str:
    """Return where the next page begins for an address."""
    if place is None:
        return ""
    at, *rest = place
    return "_".join([f"{at.timestamp():.6f}", *map(str, rest)])


def yes_no(value: bool | None) -> str:
    """Return a fact as a file holds it."""
    return "" if value is None else "yes" if value else "no"


class _Echo:
    """What a writer writes to: it gives each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    csv = writer(_Echo())
    for row in rows:
        yield csv.writerow([harmless("" if cell is None else str(cell)) for cell in row])


def _word(text: str, kind: type[Word]) -> Word | None:
    return kind(text) if text in set(kind) else None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day <= timezone.localdate() + timedelta(days=366) else None
