"""Reading episodes of care, and the claims that wait for a person."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from openmember.claims import models
from openmember.claims.types import (
    Claimed,
    ClaimException,
    ClaimState,
    Denied,
    Episode,
    PatientShare,
    Reason,
    VisitKind,
)
from openmember.exchange.x835.types import DENIED, REVERSAL
from openmember.kernel.sql import fetch_all, sql_text

SQL = Path(__file__).parent / "sql"


class UnknownException(Exception):
    """There is no such exception."""


class UnknownEpisode(Exception):
    """The account has no such episode."""


def get_episode(*, numbers: tuple[str, ...], key: str, basis: str) -> Episode:
    """Return what an episode asks its patient for: by its claims, or by its visit until one comes.

    Shape: `numbers` are all numbers of the account. Errors: UnknownEpisode.
    """
    claims = models.Claim.objects.filter(
        account_number__in=numbers, episode=key, state=ClaimState.TAKEN
    ).order_by("id")
    last = claims.last()
    if last is None:
        return _visit_alone(numbers, key, basis)
    rows = fetch_all(sql_text(SQL / "shares.sql"), {"numbers": list(numbers), "episode": key})
    return Episode(
        account_number=numbers[0],
        key=key,
        member_id=last.member_id,
        is_pharmacy=last.is_pharmacy,
        served_on=last.served_on,
        provider=last.provider,
        basis=basis,
        shares=tuple(
            PatientShare(row.reason, row.amount_cents, row.code, row.served_on) for row in rows
        ),
        has_reversal=claims.filter(status=REVERSAL).exists(),
    )


def list_denied(*, numbers: tuple[str, ...], limit: int = 20) -> tuple[Denied, ...]:
    """Return the claims of an account that a payer denied, the latest care first."""
    rows = (
        models.Claim.objects.filter(account_number__in=numbers, status=DENIED)
        .order_by("-served_on", "-id")
        .values_list("control", "member_id", "provider", "served_on", "charge_cents")[:limit]
    )
    return tuple(Denied(*row) for row in rows)


def list_claims_of(*, member_id: int, since: date, limit: int = 12) -> tuple[Claimed, ...]:
    """Return a member's own claims that were not paid in full, denied ones first, then the newest.

    A claim that a later one reverses is left out.
    """
    rows = fetch_all(
        "SELECT c.id, c.is_pharmacy, c.served_on, c.provider, c.charge_cents, c.paid_cents,"
        " c.status = %(denied)s OR c.paid_cents = 0 AS is_denied, coalesce(r.produced_on, r.paid_on) AS told_on"
        " FROM claims_claim c JOIN claims_remittance r ON r.id = c.remittance_id"
        " WHERE c.member_id = %(member)s AND c.state = %(taken)s AND c.status <> %(reversal)s"
        " AND c.paid_cents < c.charge_cents AND c.served_on >= %(since)s"
        " AND NOT EXISTS (SELECT FROM claims_claim b WHERE b.account_number = c.account_number"
        "   AND b.episode = c.episode AND b.status = %(reversal)s AND b.id > c.id)"
        " ORDER BY is_denied DESC, c.served_on DESC, c.id DESC LIMIT %(limit)s",
        {
            "member": member_id,
            "taken": ClaimState.TAKEN.value,
            "reversal": REVERSAL,
            "denied": DENIED,
            "since": since,
            "limit": limit,
        },
    )
    return tuple(
        Claimed(
            row.id, row.is_pharmacy, row.served_on, row.provider, row.charge_cents, row.paid_cents,
            row.is_denied, row.told_on,
        )
        for row in rows
    )  # fmt: skip


def list_open_exceptions(*, limit: int = 200) -> tuple[ClaimException, ...]:
    """Return the exceptions nobody has dealt with, the oldest first."""
    rows = fetch_all(sql_text(SQL / "exceptions.sql"), {"id": None, "limit": limit})
    return tuple(_exception(row) for row in rows)


def get_exception(*, exception_id: int) -> ClaimException:
    """Return one exception, dealt with or not. Errors: UnknownException."""
    rows = fetch_all(sql_text(SQL / "exceptions.sql"), {"id": exception_id, "limit": 1})
    if not rows:
        raise UnknownException
    return _exception(rows[0])


def _visit_alone(numbers: tuple[str, ...], key: str, basis: str) -> Episode:
    visit = models.Visit.objects.filter(account_number__in=numbers, episode=key).first()
    if visit is None:
        raise UnknownEpisode(key)
    return Episode(
        account_number=numbers[0],
        key=key,
        member_id=visit.member_id,
        is_pharmacy=visit.kind == VisitKind.DISPENSING,
        served_on=visit.served_on,
        provider=visit.provider,
        basis=basis,
        shares=tuple(
            PatientShare("", line.amount_cents, line.description, visit.served_on)
            for line in visit.lines.order_by("position")
        ),
        has_reversal=False,
    )


def _exception(row: Any) -> ClaimException:
    patient = _from_json(row.patient) or {}
    name = f"{patient.get('first_name', '')} {patient.get('last_name', '')}".strip()
    return ClaimException(
        id=row.id,
        file_name=row.file_name,
        sha256=row.sha256,
        segment_number=row.segment_number,
        reason=Reason(row.reason),
        message=row.message,
        differences=tuple(_from_json(row.differences) or ()),
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        payer_name=row.payer_name,
        trace=row.trace,
        claim_id=row.claim_id,
        patient=name,
        numbers=tuple(patient.get("numbers", ())),
        patient_cents=row.patient_cents,
        served_on=row.served_on,
    )


def _from_json(value: Any) -> Any:
    # Django's connection hands jsonb over as text.
    return json.loads(value) if isinstance(value, str) else value
