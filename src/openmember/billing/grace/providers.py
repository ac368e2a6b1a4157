"""What providers are told of claims that wait: written with the daily sweep, handed out as a file a day.

Source: 45 CFR 156.270(d)(3): in months two and three of grace providers are told that claims may be denied.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openmember.billing.grace.types import Case
from openmember.kernel.audit import services as audit
from openmember.kernel.money import dollars_from_cents
from openmember.kernel.spreadsheets import harmless
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, Scope

COLUMNS = (
    "notice", "provider_id", "provider_name", "claim_number", "payer_claim_number", "served_on",
    "charge", "grace_month", "says", "citation", "told_on",
)  # fmt: skip


class Told(StrEnum):
    """What a provider is told of a claim."""

    PENDED = "pended"
    RELEASED = "released"
    DENIED = "denied"


# In English, for offices and their systems; a member never reads it.
SAYS = {
    Told.PENDED: "The premium is unpaid in month {month} of the grace period. Payment of this claim waits,"
    " and it is denied if the premium is not paid.",
    Told.RELEASED: "The premium was paid. This claim does not wait any more.",
    Told.DENIED: "The premium was not paid, and coverage ended before this care. The claim is denied.",
}


class UnknownFile(Exception):
    """There is no such file of notices."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What one provider was told of one claim, when, and under which rule."""

    id: int
    case_id: int
    told: Told
    provider_id: str
    provider_name: str
    control: str
    payer_control: str
    served_on: date
    charge_cents: int
    grace_month: int
    told_on: date
    rule: str
    citation: str
    file_id: int


@dataclass(frozen=True, slots=True)
class NoticeFile:
    """One day's notices."""

    id: int
    made_on: date
    notices: int
    providers: int


def tell_providers(*, today: date, actor: Actor) -> int:
    """Write what providers have not been told yet; return how many notices. Again writes none."""
    actor.require(Scope.RUN_BILLING)
    row = fetch_one(
        "SELECT billing_grace_tell_providers(%(today)s, %(actor)s) AS notices",
        {"today": today, "actor": str(actor)},
    )
    return int(row.notices)


def list_notices(*, cases: tuple[Case, ...]) -> dict[int, tuple[Notice, ...]]:
    """Return what providers were told in each case, in order, by its id."""
    rows = fetch_all(
        "SELECT * FROM billing_grace_provider_notice WHERE account_number = ANY(%(numbers)s)"
        " AND case_id = ANY(%(ids)s) ORDER BY told_on, id",
        {
            "numbers": [case.account_number for case in cases],
            "ids": [case.id for case in cases],
        },
    )
    return {
        case.id: tuple(_notice(row) for row in rows if row.case_id == case.id) for case in cases
    }


def list_files(*, limit: int = 60) -> tuple[NoticeFile, ...]:
    """Return the files of notices, the newest first."""
    rows = fetch_all(
        "SELECT f.id, f.made_on, f.notices, told.providers FROM billing_grace_provider_file f"
        " CROSS JOIN LATERAL (SELECT count(DISTINCT (provider_id, provider_name)) AS providers"
        "   FROM billing_grace_provider_notice n WHERE n.file_id = f.id) told"
        " ORDER BY f.id DESC LIMIT %(limit)s",
        {"limit": limit},
    )
    return tuple(NoticeFile(row.id, row.made_on, row.notices, row.providers) for row in rows)


def write_file(*, file_id: int, actor: Actor) -> str:
    """Return a file of notices as CSV, provider by provider, and note who took it.

    Errors: NotAllowed, UnknownFile.
    """
    actor.require(Scope.RUN_BILLING)
    rows = fetch_all(
        "SELECT * FROM billing_grace_provider_notice WHERE file_id = %(id)s ORDER BY id",
        {"id": file_id},
    )
    if not rows:
        raise UnknownFile
    audit.record(actor=str(actor), action="grace.provider_file", file_id=file_id, notices=len(rows))
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_lines(_notice(row) for row in rows))
    return target.getvalue()


def _lines(notices: Iterator[Notice]) -> Iterator[tuple[object, ...]]:
    for one in notices:
        yield (
            one.id, harmless(one.provider_id), harmless(one.provider_name), harmless(one.control),
            harmless(one.payer_control), one.served_on, dollars_from_cents(one.charge_cents),
            one.grace_month, SAYS[one.told].format(month=one.grace_month), one.citation,
            one.told_on,
        )  # fmt: skip


def _notice(row: Any) -> Notice:
    return Notice(
        row.id, row.case_id, Told(row.kind), row.provider_id, row.provider_name, row.control,
        row.payer_control, row.served_on, row.charge_cents, row.grace_month, row.told_on, row.rule,
        row.citation, row.file_id,
    )  # fmt: skip
