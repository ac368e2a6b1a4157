"""Writing letters, and freezing their words."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction

from openmember.kernel.sql import Refused, fetch_one
from openmember.letters import layouts, queries
from openmember.letters.composing import Recipient, compose
from openmember.letters.layouts import Layout
from openmember.letters.types import Letter, Reader, Sheet
from openmember.members.types import Actor, Address, PersonName


class LetterRefused(Exception):
    """No letter can be written: the account or the member is unknown."""


@transaction.atomic
def write_letter(
    *,
    account_number: str,
    kind: str,
    key: str,
    values: Mapping[str, Any],
    on: date,
    actor: Actor,
    member_id: int | None = None,
    reader: Reader | None = None,
) -> Letter:
    """Write to a member, the account's holder unless one is named. The same `key` returns the first letter.

    Shape:  `values` are what JSON holds: money in cents, dates as ISO text. Language and form are the holder's;
            with `reader` it is to this member, in theirs.
    Errors: LetterRefused; UnknownKind when there is no template; BadLetter when it lacks a value.
    """
    try:
        row = fetch_one(
            "SELECT letters_write_to(%(number)s, %(member)s, %(kind)s, %(key)s, %(facts)s, %(on)s,"
            " %(actor)s, %(language)s, %(format)s) AS id",
            {
                "number": account_number,
                "member": reader.member_id if reader else member_id,
                "language": reader.language if reader else None,
                "format": reader.reading_format.value if reader else None,
                "kind": kind,
                "key": key,
                "facts": json.dumps(dict(values)),
                "on": on,
                "actor": str(actor),
            },
        )
    except Refused as refused:
        raise LetterRefused(refused.name) from refused
    # At once, so that a letter that cannot be put together is the writer's error and not the printer's.
    read_sheet(numbers=(account_number,), letter_id=row.id)
    return queries.get_letter(numbers=(account_number,), letter_id=row.id)


def read_sheet(*, numbers: tuple[str, ...], letter_id: int) -> Sheet:
    """Return a letter's words: those it was frozen with, or else those of now, which freezes them.

    Errors: UnknownLetter; UnknownKind; BadLetter.
    """
    return open_sheet(numbers=numbers, letter_id=letter_id)[0]


@transaction.atomic
def open_sheet(*, numbers: tuple[str, ...], letter_id: int) -> tuple[Sheet, Layout]:
    """Return a letter's words and the layout that goes with them, as `read_sheet`."""
    row = fetch_one(_TO_COMPOSE, {"numbers": list(numbers), "id": letter_id})
    if row is None:
        raise queries.UnknownLetter
    if row.content is not None:
        return Sheet.from_json(row.content), layouts.get_layout(layout_id=row.layout_id)
    layout = layouts.keep(layouts.layout_of(layouts.LETTER))
    return freeze(row, layout), layout


def freeze(row: Any, layout: Layout) -> Sheet:
    """Put a letter together and keep its words; of two at once, the first decides."""
    sheet = compose(
        kind=row.kind,
        facts=json.loads(row.facts),
        on=row.dated_on,
        language=row.language,
        recipient=Recipient(
            name=PersonName(row.first_name, row.last_name, row.middle_name, row.suffix),
            address=Address(row.street, row.street2, row.city, row.state, row.postal_code),
            region=row.region,
            account_number=row.account_number,
        ),
    )
    kept = fetch_one(
        "SELECT letters_freeze(%(number)s, %(id)s, %(content)s, %(layout)s) AS content",
        {
            "number": row.account_number,
            "id": row.id,
            "content": json.dumps(asdict(sheet), ensure_ascii=False),
            "layout": layout.id,
        },
    )
    return Sheet.from_json(kept.content)


# What `freeze` reads of a letter and its member.
FROZEN_OF = """
l.account_number, l.id, l.kind, l.facts, l.dated_on, l.language, l.content, l.layout_id,
m.first_name, m.middle_name, m.last_name, m.suffix,
m.street, m.street2, m.city, m.state, m.postal_code, m.region
"""
_TO_COMPOSE = f"""
SELECT {FROZEN_OF} FROM letters_letter l JOIN members_member m ON m.id = l.member_id
WHERE l.account_number = ANY(%(numbers)s) AND l.id = %(id)s
"""  # noqa: S608  names of our own columns
