"""Finding people by what they say of themselves: a name and a date of birth."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q, Value
from django.db.models.functions import Upper

from openmember.members import models
from openmember.members.queries import as_member
from openmember.members.types import Member

LIMIT = 25
_WORDS_AT_MOST = 8
_DATE = re.compile(r"(?<!\d)(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?!\d)")


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to look for: any of these (last, first) names, born on any of these days.

    An empty first name fits everyone; a written one fits names that begin with it.
    """

    names: tuple[tuple[str, str], ...]
    births: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The people who fit, at most `LIMIT`, and whether there are more."""

    members: tuple[Member, ...]
    has_more: bool


def find_members(*, text: str) -> Found:
    """Return the people with the name and date of birth of `text`, by first name.

    Errors: IncompleteSearch.
    """
    wanted = read_search(text)
    fits = Q()
    for last, first in wanted.names:
        fits |= Q(last=Upper(Value(last)), first__startswith=Upper(Value(first)))
    rows = (
        models.Member.objects.alias(last=Upper("last_name"), first=Upper("first_name"))
        .filter(fits, birth_on__in=wanted.births)
        .order_by("first_name", "middle_name", "id")[: LIMIT + 1]
    )
    found = tuple(as_member(row) for row in rows)
    return Found(found[:LIMIT], len(found) > LIMIT)


def read_search(text: str) -> Wanted:
    """Return whom a typed text asks for: `ruiz 1970-05-17`, `Ana Ruiz 5/17/1970`, `ruiz, ana 5/17/70`.

    Errors: IncompleteSearch.
    """
    typed = _DATE.search(text)
    if typed is None:
        raise IncompleteSearch(Missing.BIRTH_DATE)
    births = _days(*typed.group(1, 3, 4))
    names = _names(text[: typed.start()] + " " + text[typed.end() :])
    if not births:
        raise IncompleteSearch(Missing.REAL_DATE)
    if not names:
        raise IncompleteSearch(Missing.NAME)
    return Wanted(names, births)


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


def _names(text: str) -> tuple[tuple[str, str], ...]:
    last, comma, first = text.partition(",")
    if comma and last.strip():
        return ((" ".join(last.split()), " ".join(first.replace(",", " ").split())),)
    words = text.replace(",", " ").split()[:_WORDS_AT_MOST]
    # Either name may have several words, and either may come first: every way to cut them is tried.
    cuts = {(" ".join(words[at:]), " ".join(words[:at])) for at in range(len(words))}
    cuts |= {(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))}
    return tuple(sorted(cuts)) if words else ()
