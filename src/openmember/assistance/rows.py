"""From rows of the tables to the values other rooms see."""

import json
from datetime import date, datetime
from typing import Any

from openmember.assistance.types import (
    Application,
    Channel,
    Decision,
    Document,
    Facts,
    Guideline,
    Income,
    Missing,
    Period,
    Program,
    Proof,
    Reason,
    Signature,
    Source,
    Status,
)
from openmember.documents.types import Scan


def application_from_row(row: Any) -> Application:
    """Return a row of `sql/application.sql` as a value."""
    return Application(
        id=row.id,
        account_number=row.account_number,
        status=Status(row.status),
        channel=Channel(row.channel),
        language=row.language,
        facts=Facts(
            household=row.household,
            state=row.state,
            has_income=row.has_income,
            incomes=_incomes(_json(row.incomes)),
            programs=tuple(Program(one) for one in row.programs),
            bill_ids=tuple(row.bill_ids),
        ),
        started_at=row.started_at,
        started_by=row.started_by,
        received_on=row.received_on,
        decide_by=row.decide_by,
        complete_by=row.complete_by,
        missing=tuple(Missing(one) for one in row.missing),
        signature=_signature(_json(row.signature)),
        appeal=row.appeal,
        documents=tuple(_document(one) for one in _json(row.documents) or ()),
        decisions=tuple(_decision(one) for one in _json(row.decisions) or ()),
    )


def _incomes(kept: list[dict[str, Any]]) -> tuple[Income, ...]:
    return tuple(
        Income(Source(one["source"]), one["amount_cents"], Period(one["period"])) for one in kept
    )


def _json(value: Any) -> Any:
    # Django's connection hands JSON over as text.
    return json.loads(value) if isinstance(value, str) else value


def _signature(kept: dict[str, Any] | None) -> Signature | None:
    if kept is None:
        return None
    return Signature(**{**kept, "signed_on": date.fromisoformat(kept["signed_on"])})


def _document(kept: dict[str, Any]) -> Document:
    return Document(
        id=kept["id"],
        name=kept["name"],
        proof=Proof(kept["proof"]),
        media_type=kept["media_type"],
        size_bytes=kept["size_bytes"],
        sha256=kept["sha256"],
        stored_as=kept["stored_as"],
        scan=Scan(kept["scan"]),
        added_at=datetime.fromisoformat(kept["added_at"]),
        added_by=kept["added_by"],
    )


def _decision(kept: dict[str, Any]) -> Decision:
    grounds = kept["grounds"]
    return Decision(
        id=kept["id"],
        number=kept["number"],
        outcome=Status(kept["outcome"]),
        reasons=tuple(Reason(one) for one in kept["reasons"]),
        medical_bps=kept["medical_bps"],
        pharmacy_bps=kept["pharmacy_bps"],
        yearly_cents=grounds["yearly_cents"],
        guideline=Guideline(**grounds["guideline"]) if grounds["guideline"] else None,
        policy_version=grounds["policy"],
        decided_on=date.fromisoformat(kept["decided_on"]),
        decided_by=kept["actor"],
        note=kept["note"],
        covers_from=_day(kept["covers_from"]),
        covers_until=_day(kept["covers_until"]),
        appeal_by=_day(kept["appeal_by"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
