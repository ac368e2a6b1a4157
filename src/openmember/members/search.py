"""Finding people by what they say of themselves: a name and a date of birth, a whole name, or a phone.

A typed name is compared word by word, in any order: letters that are wrong, left out or swapped, accents,
capitals and full width do not matter. Every look-up is on an index, among a million people too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.likeness import is_like, unlikeness
from openmember.members.queries import as_member
from openmember.members.types import Member

LIMIT = 25
WORDS_AT_MOST = 6
CANDIDATES = 300
WORDS_ALIKE = 24
SQL = Path(__file__).parent / "sql"
_DATE = re.compile(r"(?<!\d)(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?!\d)")
# A whole name in a script that puts no spaces between names.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")


class Missing(StrEnum):
    """What a search still needs; surfaces hold the words."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    REAL_DATE = "real_date"


class IncompleteSearch(Exception):
    """The text does not say enough to look for one person."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.value)
        self.missing = missing


class Nearness(StrEnum):
    """How the people found fit what was typed."""

    FITS = "fits"  # the name, born on the day where one was typed
    SWAPPED = "swapped"  # born on the day with its day and month the other way round
    OTHER_DAY = "other_day"  # of the name, and born on another day


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to look for: a name, born on any of these days; where none is typed, on any at all."""

    name: str
    births: tuple[date, ...]
    swapped: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The people who fit, the likest first, at most `LIMIT`, and whether there are more.

    `is_exact` where every typed word is one of theirs as it stands.
    """

    members: tuple[Member, ...]
    has_more: bool
    nearness: Nearness = Nearness.FITS
    is_exact: bool = False


def find_members(*, text: str) -> Found:
    """Return the people whose name and date of birth, or whose first and last name, are like `text`.

    Shape:  where nobody fits the date, those who do with day and month swapped; then those of a whole name.
    Errors: IncompleteSearch.
    """
    wanted = read_search(text)
    typed = words_of(wanted.name)
    if not typed:
        raise IncompleteSearch(Missing.NAME)
    for births, nearness in ((wanted.births, Nearness.FITS), (wanted.swapped, Nearness.SWAPPED)):
        if births and (found := _likest(typed, _born_on(births))):
            return _found(found, nearness)
    if not _is_whole(typed):
        return Found((), False)
    nearness = Nearness.OTHER_DAY if wanted.births else Nearness.FITS
    return _found(_likest(typed, _named_like(typed)), nearness)


def find_by_phone(*, phone: str) -> Found:
    """Return the people with this telephone, the oldest first. Fewer than ten digits find nobody."""
    digits = re.sub(r"\D", "", phone)[-10:]
    if len(digits) < 10:
        return Found((), False)
    # Put in order here: asked for in order, the first few would be looked for along another index.
    rows = _people(
        "members_phone_digits(phone) = %(digits)s AND phone <> '' LIMIT %(limit)s",
        {"digits": digits, "limit": LIMIT + 1},
    )
    rows.sort(key=lambda row: (row.birth_on or date.max, row.id))
    return _found([(0, as_member(row)) for row in rows], Nearness.FITS)


def read_search(text: str) -> Wanted:
    """Return whom a typed text asks for: `ruiz 1970-05-17`, `Ana Ruiz 5/17/1970`, `ana ruiz`, `王小明`.

    Errors: IncompleteSearch.
    """
    typed = _DATE.search(text)
    if typed is None:
        name = " ".join(text.replace(",", " ").split())
        is_whole = len(name.split()) > 1 or _UNSPACED.search(name)
        if not is_whole or any(sign.isdigit() for sign in name):
            raise IncompleteSearch(Missing.BIRTH_DATE)
        return Wanted(name, ())
    one, _sign, two, three = typed.groups()
    births = _days(one, two, three)
    swapped = _days(one, three, two) if len(one) == 4 else _days(two, one, three)
    name = " ".join(f"{text[: typed.start()]} {text[typed.end() :]}".replace(",", " ").split())
    if not births:
        births, swapped = swapped, ()  # Such a day can only have been meant the other way round.
    if not births:
        raise IncompleteSearch(Missing.REAL_DATE)
    if not name:
        raise IncompleteSearch(Missing.NAME)
    return Wanted(name, births, tuple(day for day in swapped if day not in births))


def words_of(name: str) -> list[str]:
    """Return the words of a typed name as names are compared, at most `WORDS_AT_MOST`."""
    row = fetch_one("SELECT members_name_words(%(name)s, '', '', '') AS words", {"name": name})
    return list(row.words)[:WORDS_AT_MOST]


def similar_words(typed: list[str]) -> list[list[str]]:
    """Return for each typed word those of anybody's name that may be meant by it, itself among them."""
    with transaction.atomic(), connection.cursor() as cursor:
        # A short word with one wrong letter has few parts in common with the right one.
        cursor.execute("SET LOCAL pg_trgm.similarity_threshold = 0.25")
        rows = fetch_all(sql_text(SQL / "similar_words.sql"), {"words": typed})
    alike: list[list[str]] = [[] for _word in typed]
    for row in rows:
        if is_like(typed[row.place - 1], row.word) and len(alike[row.place - 1]) < WORDS_ALIKE:
            alike[row.place - 1].append(row.word)
    return [sorted({word, *known}) for word, known in zip(typed, alike, strict=True)]


def _named_like(typed: list[str]) -> list[Any]:
    """Return those who have one word of each list of similar ones: who has them as typed comes first."""
    values: dict[str, Any] = {
        f"alike{place}": words for place, words in enumerate(similar_words(typed))
    }
    fits = " AND ".join(f"name_words && %({name})s::text[]" for name in values)
    return _people(
        f"{fits} ORDER BY name_words @> %(typed)s::text[] DESC, id LIMIT %(limit)s",
        {**values, "typed": typed, "limit": CANDIDATES},
    )


def _born_on(births: tuple[date, ...]) -> list[Any]:
    return _people("birth_on = ANY (%(births)s::date[])", {"births": list(births)})


def _people(condition: str, values: dict[str, Any]) -> list[Any]:
    return fetch_all(f"SELECT * FROM members_member WHERE {condition}", values)  # noqa: S608  conditions of our own


def _likest(typed: list[str], rows: Iterable[Any]) -> list[tuple[int, Member]]:
    judged = [(unlikeness(typed, row.name_words), row) for row in rows]
    fitting = sorted(
        ((cost, row.first_name, row.middle_name, row.id), row)
        for cost, row in judged
        if cost is not None
    )
    return [(order[0], as_member(row)) for order, row in fitting]


def _found(likest: list[tuple[int, Member]], nearness: Nearness) -> Found:
    members = tuple(member for _cost, member in likest[:LIMIT])
    is_exact = nearness is Nearness.FITS and all(cost == 0 for cost, _member in likest)
    return Found(members, len(likest) > LIMIT, nearness, is_exact)


def _is_whole(typed: list[str]) -> bool:
    return len(typed) > 1 or bool(_UNSPACED.search(typed[0]))


def _days(one: str, two: str, three: str) -> tuple[date, ...]:
    # Four digits first is the year; otherwise months come first, as they are written in this country.
    year, month, day = (one, two, three) if len(one) == 4 else (three, one, two)
    # A year of two digits may be of either century; the day that lies ahead fits nobody.
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    found = []
    for candidate in years if len(year) in {2, 4} else []:
        try:
            found.append(date(candidate, int(month), int(day)))
        except ValueError:
            continue
    return tuple(found)
