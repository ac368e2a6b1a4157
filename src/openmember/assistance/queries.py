"""Reading applications, always for one account but for the desk's list of what waits."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openmember.assistance import models
from openmember.assistance.rows import application_from_row
from openmember.assistance.types import (
    Application,
    Channel,
    Decision,
    Document,
    Effect,
    Move,
    Status,
)
from openmember.billing.types import Line
from openmember.kernel.references import reference
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference
from openmember.members.types import PersonName

SQL = Path(__file__).parent / "sql"


class UnknownApplication(Exception):
    """The account has no such application."""


class UnknownDocument(Exception):
    """The application has no such document."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An application the desk has to work on. `days_left` is negative once the promise is broken."""

    id: int
    account_number: str
    reference: str
    status: Status
    channel: Channel
    language: str
    holder_id: int
    holder_name: PersonName
    region: str
    received_on: date
    decide_by: date
    complete_by: date | None
    documents: int
    age_days: int
    days_left: int


def get_application(*, numbers: tuple[str, ...], application_id: int) -> Application:
    """Return one application of the account. Errors: UnknownApplication."""
    found = _read(numbers, application_id)
    if not found:
        raise UnknownApplication
    return found[0]


def list_applications(*, numbers: tuple[str, ...]) -> tuple[Application, ...]:
    """Return the account's applications, newest first."""
    return _read(numbers, None)


def find_open(*, numbers: tuple[str, ...]) -> Application | None:
    """Return the one application that is not finished, or None."""
    return next(
        (one for one in _read(numbers, None) if one.status is Status.DRAFT or one.is_pending), None
    )


def find_account_of(*, application_id: int) -> str:
    """Return the account an application belongs to, for the desk's list. Errors: UnknownApplication."""
    row = models.Application.objects.filter(id=application_id).values("account_number").first()
    if row is None:
        raise UnknownApplication
    return str(row["account_number"])


def get_document(*, application: Application, document_id: int) -> Document:
    """Return one document of the application. Errors: UnknownDocument."""
    for document in application.documents:
        if document.id == document_id:
            return document
    raise UnknownDocument


def list_moves(*, application: Application) -> tuple[Move, ...]:
    """Return the steps of an application, the first one first."""
    return tuple(
        Move(row.at, row.from_status, row.to_status, row.actor, row.note)
        for row in models.Move.objects.filter(application_id=application.id).order_by("id")
    )


def list_waiting(
    *, today: date, limit: int = 50, offset: int = 0
) -> tuple[tuple[Waiting, ...], int]:
    """Return what waits for the desk, the first promised first, and how many there are in all."""
    rows = fetch_all(
        sql_text(SQL / "waiting.sql"), {"today": today, "limit": limit, "offset": offset}
    )
    return tuple(_waiting(row, today) for row in rows), rows[0].total if rows else 0


def preview(
    *,
    number: str,
    medical_bps: int,
    pharmacy_bps: int,
    received_on: date,
    covers_from: date | None,
    covers_until: date,
    bill_ids: tuple[int, ...],
) -> tuple[Effect, ...]:
    """Return what an award of these terms would do to each bill now; nothing is posted."""
    rows = fetch_all(
        sql_text(SQL / "preview.sql"),
        {
            "number": number,
            "medical": medical_bps,
            "pharmacy": pharmacy_bps,
            "received_on": received_on,
            "from": covers_from,
            "until": covers_until,
            "bills": list(bill_ids),
        },
    )
    return tuple(
        Effect(row.id, row.title, Line(row.line), row.open_cents, row.off_open_cents, row.off_paid_cents)
        for row in rows
    )  # fmt: skip


def count_too_old(*, number: str, before: date | None, bill_ids: tuple[int, ...]) -> int:
    """Return how many open bills were asked about that are too old to come with an application."""
    row = fetch_one(
        "SELECT count(*) AS bills FROM billing_bill WHERE account_number = %(number)s"
        " AND line IN ('medical', 'pharmacy') AND open_cents > 0 AND issued_on < %(before)s"
        " AND (cardinality(%(bills)s::bigint[]) = 0 OR id = ANY(%(bills)s::bigint[]))",
        {"number": number, "before": before, "bills": list(bill_ids)},
    )
    return int(row.bills)


def list_effects(*, decision: Decision, numbers: tuple[str, ...]) -> tuple[Effect, ...]:
    """Return what a decision took off the account's bills until now; `open_cents` is what they stand at."""
    rows = fetch_all(
        "SELECT b.id, b.title, b.line, b.open_cents,"
        " sum(p.amount_cents - p.given_back_cents)::bigint AS off_open,"
        " sum(p.given_back_cents)::bigint AS off_paid"
        " FROM assistance_posting p JOIN billing_bill b"
        " ON (b.account_number, b.month, b.id) = (p.account_number, p.bill_month, p.bill_id)"
        " WHERE p.account_number = ANY(%(numbers)s) AND p.decision_id = %(id)s"
        " GROUP BY b.id, b.title, b.line, b.open_cents, b.due_on ORDER BY b.due_on, b.id",
        {"numbers": list(numbers), "id": decision.id},
    )
    return tuple(
        Effect(row.id, row.title, Line(row.line), row.open_cents + row.off_open, row.off_open, row.off_paid)
        for row in rows
    )  # fmt: skip


def holds_collection(*, numbers: tuple[str, ...], on: date) -> bool:
    """Return whether nothing may be done to collect from the account on a day, for whatever cause."""
    row = fetch_one(
        "SELECT EXISTS (SELECT 1 FROM billing_collection_stop WHERE account_number = ANY(%(numbers)s)"
        " AND started_on <= %(on)s AND (ended_on IS NULL OR ended_on > %(on)s)) AS held",
        {"numbers": list(numbers), "on": on},
    )
    return bool(row.held)


def list_stops(
    *, application_id: int, numbers: tuple[str, ...]
) -> tuple[tuple[str, str, bool], ...]:
    """Return each time collection was stopped for an application: (account, key, whether it still is)."""
    rows = fetch_all(
        "SELECT account_number, key, ended_on IS NULL AS stands FROM billing_collection_stop"
        " WHERE account_number = ANY(%(numbers)s) AND starts_with(key, %(prefix)s) ORDER BY key",
        {"numbers": list(numbers), "prefix": f"assistance:{application_id}:"},
    )
    return tuple((row.account_number, row.key, row.stands) for row in rows)


def list_differences() -> tuple[Difference, ...]:
    """Return every bill whose assistance no decision bears out."""
    return tuple(
        Difference(row.check_name, row.account_number, row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _read(numbers: tuple[str, ...], application_id: int | None) -> tuple[Application, ...]:
    rows = fetch_all(
        sql_text(SQL / "application.sql"), {"numbers": list(numbers), "id": application_id}
    )
    return tuple(application_from_row(row) for row in rows)


def _waiting(row: Any, today: date) -> Waiting:
    return Waiting(
        id=row.id,
        account_number=row.account_number,
        reference=reference("FA", row.id),
        status=Status(row.status),
        channel=Channel(row.channel),
        language=row.language,
        holder_id=row.holder_id,
        holder_name=PersonName(row.first_name, row.last_name, row.middle_name, row.suffix),
        region=row.region,
        received_on=row.received_on,
        decide_by=row.decide_by,
        complete_by=row.complete_by,
        documents=row.documents,
        age_days=(today - row.received_on) // timedelta(days=1),
        days_left=(row.decide_by - today) // timedelta(days=1),
    )
