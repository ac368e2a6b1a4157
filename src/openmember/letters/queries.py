"""Reading letters, always for one account."""

import json
from typing import Any

from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.types import Consent, Delivery, Letter, ReadingFormat

COLUMNS = (
    "l.account_number, l.id, l.kind, l.key, l.member_id, l.dated_on, l.facts, l.language,"
    " l.reading_format, coalesce(l.content ->> 'subject', '') AS subject, l.delivery, l.delivered_at"
)


class UnknownLetter(Exception):
    """The account has no such letter."""


def get_letter(*, numbers: tuple[str, ...], letter_id: int, member_id: int | None = None) -> Letter:
    """Return one letter of the account; with `member_id` only one to this member. Errors: UnknownLetter.

    A letter to a spouse is the spouse's, though it stands under the holder's account.
    """
    row = fetch_one(
        f"SELECT {COLUMNS} FROM letters_letter l"  # noqa: S608  names of our own columns
        " WHERE l.account_number = ANY(%(numbers)s) AND l.id = %(id)s"
        " AND (%(member)s::bigint IS NULL OR l.member_id = %(member)s)",
        {"numbers": list(numbers), "id": letter_id, "member": member_id},
    )
    if row is None:
        raise UnknownLetter
    return letter_from_row(row)


def list_letters(
    *,
    numbers: tuple[str, ...],
    member_id: int | None = None,
    year: int | None = None,
    before: Letter | None = None,
    limit: int = 200,
) -> tuple[Letter, ...]:
    """Return the account's letters, newest first; with `member_id` those to this member alone.

    With `before`, those that follow this one in the list.
    """
    rows = fetch_all(
        f"SELECT {COLUMNS} FROM letters_letter l"  # noqa: S608  names of our own columns
        " WHERE l.account_number = ANY(%(numbers)s)"
        " AND (%(member)s::bigint IS NULL OR l.member_id = %(member)s)"
        " AND (%(year)s::int IS NULL OR extract(year FROM l.dated_on) = %(year)s)"
        " AND (%(id)s::bigint IS NULL OR (l.dated_on, l.id) < (%(on)s::date, %(id)s))"
        " ORDER BY l.dated_on DESC, l.id DESC LIMIT %(limit)s",
        {
            "numbers": list(numbers),
            "member": member_id,
            "year": year,
            "id": before.id if before else None,
            "on": before.dated_on if before else None,
            "limit": limit,
        },
    )
    return tuple(letter_from_row(row) for row in rows)


def get_consent(*, account_number: str) -> Consent:
    """Return whether the account's documents are read on screen, by the holder's last word."""
    row = fetch_one(
        "SELECT letters_is_electronic(%(number)s) AS given,"
        " (SELECT at FROM letters_consent WHERE account_number = %(number)s ORDER BY id DESC LIMIT 1)",
        {"number": account_number},
    )
    return Consent(row.given, row.at)


def letter_from_row(row: Any) -> Letter:
    """Return a row of the letters' table as a value."""
    return Letter(
        id=row.id,
        account_number=row.account_number,
        kind=row.kind,
        key=row.key,
        member_id=row.member_id,
        dated_on=row.dated_on,
        facts=json.loads(row.facts),
        language=row.language,
        reading_format=ReadingFormat(row.reading_format),
        subject=row.subject,
        delivery=Delivery(row.delivery) if row.delivery else None,
        delivered_at=row.delivered_at,
    )
