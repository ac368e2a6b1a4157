"""Who may be the one described: everybody that a new record could be a second one of.

Not a search: nobody is left out because others come first. Each condition is on an index.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from openmember.kernel.sql import fetch_all
from openmember.members.likeness import unlikeness
from openmember.members.queries import as_member
from openmember.members.search import similar_words, words_of
from openmember.members.types import Member, Person

# More than share a name and a ZIP code, or a telephone, anywhere.
MOST = 300


@dataclass(frozen=True, slots=True)
class Possible:
    """People to compare with, whose names are alike, and whether there are more than were read."""

    members: tuple[Member, ...]
    alike: frozenset[int]
    has_more: bool


def find_possible(*, person: Person) -> Possible:
    """Return who may be the one described, and more: each is still to be compared.

    Shape:  who was born that day, or with day and month swapped; who has the e-mail address; who of a name like
            theirs has the ZIP code or telephone.
    """
    typed = words_of(f"{person.name.first} {person.name.last}")
    groups = [_born(person.birth_on), _with_email(person.email), _named(typed, person)]
    rows = {row.id: row for group in groups for row in group[:MOST]}
    # Whoever was born that day is read whole: only their names and contacts say more.
    rows.update({row.id: row for row in groups[0]})
    return Possible(
        members=tuple(as_member(row) for row in rows.values()),
        alike=frozenset(
            row.id for row in rows.values() if unlikeness(typed, row.name_words) is not None
        ),
        has_more=any(len(group) > MOST for group in groups[1:]),
    )


def _born(born: date | None) -> list[Any]:
    days = [day for day in (born, _swapped(born)) if day]
    return _people("birth_on = ANY (%(days)s::date[])", {"days": days}) if days else []


def _with_email(email: str) -> list[Any]:
    if not email:
        return []
    return _people(
        "email <> '' AND lower(email) = lower(%(email)s) LIMIT %(limit)s",
        {"email": email, "limit": MOST + 1},
    )


def _named(typed: list[str], person: Person) -> list[Any]:
    zip_code = person.address.postal_code[:5]
    if not typed or not (zip_code or person.phone):
        return []
    values: dict[str, Any] = {
        f"alike{place}": words for place, words in enumerate(similar_words(typed))
    }
    fits = " AND ".join(f"name_words && %({name})s::text[]" for name in values)
    return _people(
        f"{fits} AND (%(zip)s <> '' AND left(postal_code, 5) = %(zip)s"
        " OR phone <> '' AND members_phone_digits(phone) = members_phone_digits(%(phone)s)) LIMIT %(limit)s",
        {**values, "zip": zip_code, "phone": person.phone, "limit": MOST + 1},
    )


def _swapped(born: date | None) -> date | None:
    if born is None or born.day > 12 or born.day == born.month:
        return None
    return date(born.year, born.day, born.month)


def _people(condition: str, values: dict[str, Any]) -> list[Any]:
    return fetch_all(f"SELECT * FROM members_member WHERE {condition}", values)  # noqa: S608  conditions of our own
