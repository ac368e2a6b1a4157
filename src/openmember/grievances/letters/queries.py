"""The letters of a dispute, for whoever may read it: with what shows that they left and arrived."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from openmember.grievances.letters.types import (
    Addressee,
    DisputeLetter,
    Evidence,
    LetterKind,
    Proof,
    reference_of,
)
from openmember.grievances.queue import reach_of
from openmember.grievances.types import Dispute
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.layouts import Layout, get_layout
from openmember.letters.queries import COLUMNS, letter_from_row
from openmember.letters.services import open_sheet
from openmember.letters.types import Letter, ReadingFormat, Sheet
from openmember.members.types import Actor

_SELECT = f"""
SELECT {COLUMNS}, g.id AS own_id, g.dispute_id, g.serial, g.addressee, g.kind AS own_kind, g.name,
       g.dated_on AS own_day, g.subject AS own_subject, g.language AS own_language,
       g.reading_format AS own_format, g.left_at
FROM grievances_letter g
LEFT JOIN letters_letter l ON l.account_number = g.account_number AND l.id = g.letter_id
"""  # noqa: S608  names of our own columns


class UnknownDisputeLetter(LookupError):
    """The dispute has no such letter."""


def list_letters(*, dispute: Dispute, only_members: bool = False) -> tuple[DisputeLetter, ...]:
    """Return the letters of a dispute, the newest first; copies for others only for those who work it."""
    rows = fetch_all(
        f"{_SELECT} WHERE g.dispute_id = %(id)s AND (NOT %(own)s OR g.addressee = 'member')"
        " ORDER BY g.serial DESC, g.id",
        {"id": dispute.id, "own": only_members},
    )
    proofs = _evidence([row.own_id for row in rows])
    return tuple(_letter(row, proofs.get(row.own_id, ())) for row in rows)


def get_letter(*, dispute: Dispute, reference: str, only_members: bool = False) -> DisputeLetter:
    """Return a letter of a dispute by its reference. Errors: UnknownDisputeLetter."""
    found = list_letters(dispute=dispute, only_members=only_members)
    for one in found:
        if one.reference == reference:
            return one
    raise UnknownDisputeLetter(reference)


def find_by_letter(*, letter: Letter) -> tuple[int, int] | None:
    """Return (dispute id, own id) of a letter of the letters’ room; None where it is no dispute's."""
    row = fetch_one(
        "SELECT id, dispute_id FROM grievances_letter"
        " WHERE account_number = %(number)s AND letter_id = %(id)s",
        {"number": letter.account_number, "id": letter.id},
    )
    return (row.dispute_id, row.id) if row else None


def open_letter(*, found: DisputeLetter) -> tuple[Sheet, Layout]:
    """Return the frozen words of a letter and the layout that goes with them."""
    if found.letter is not None:
        return open_sheet(numbers=(found.letter.account_number,), letter_id=found.letter.id)
    row = fetch_one(
        "SELECT content::text AS content, layout_id FROM grievances_letter WHERE id = %(id)s",
        {"id": found.id},
    )
    return Sheet.from_json(row.content), get_layout(layout_id=row.layout_id)


def _evidence(ids: list[int]) -> dict[int, tuple[Evidence, ...]]:
    found: dict[int, tuple[Evidence, ...]] = {}
    rows = fetch_all(
        "SELECT letter_id, proof, on_day, how, at, actor_name FROM grievances_letter_proof"
        " WHERE letter_id = ANY (%(ids)s) ORDER BY id",
        {"ids": ids},
    )
    for row in rows:
        one = Evidence(Proof(row.proof), row.on_day, row.how, row.at, row.actor_name)
        found[row.letter_id] = (*found.get(row.letter_id, ()), one)
    return found


def _letter(row: Any, evidence: tuple[Evidence, ...]) -> DisputeLetter:
    known = letter_from_row(row) if row.id is not None else None
    return DisputeLetter(
        id=row.own_id,
        dispute_id=row.dispute_id,
        serial=row.serial,
        kind=LetterKind(row.own_kind),
        addressee=Addressee(row.addressee),
        name=row.name,
        dated_on=row.own_day,
        subject=row.own_subject,
        language=row.own_language,
        reading_format=ReadingFormat(row.own_format),
        letter=known,
        left_at=(known.delivered_at if known else None) or row.left_at,
        evidence=evidence,
    )


@dataclass(frozen=True, slots=True)
class ToMail:
    """A letter that waits until somebody prints and mails it."""

    case_number: str
    reference: str
    subject: str
    name: str
    dated_on: date
    owner_name: str


def list_to_mail(*, actor: Actor, limit: int = 200) -> tuple[ToMail, ...]:
    """Return the letters that leave by hand and have not, of disputes the actor sees, the oldest first.

    Errors: NotAllowed.
    """
    rows = fetch_all(
        "SELECT c.number, g.serial, g.addressee, g.subject, g.name, g.dated_on, c.owner_name"
        " FROM grievances_letter g JOIN grievances_dispute d ON d.id = g.dispute_id"
        " JOIN cases_case c ON c.id = d.case_id"
        " WHERE g.left_at IS NULL AND g.letter_id IS NULL"
        " AND c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s) ORDER BY g.id LIMIT %(limit)s",
        {**reach_of(actor), "limit": limit},
    )
    return tuple(
        ToMail(
            row.number, reference_of(row.serial, row.addressee), row.subject, row.name, row.dated_on,
            row.owner_name,
        )
        for row in rows
    )  # fmt: skip
