"""Reading what premium remittances left for a person, and proving them."""

import json
from pathlib import Path
from typing import Any

from openmember.kernel.sql import fetch_all, sql_text
from openmember.ledger.types import Difference
from openmember.payments.remittances.types import Kind, Reason, RemittanceException, WaitingLine

SQL = Path(__file__).parent / "sql"


class UnknownException(Exception):
    """There is no such exception."""


def list_open_exceptions(*, limit: int = 200) -> tuple[RemittanceException, ...]:
    """Return the exceptions nobody has dealt with, the oldest first."""
    rows = fetch_all(sql_text(SQL / "exceptions.sql"), {"id": None, "limit": limit})
    return tuple(_exception(row) for row in rows)


def get_exception(*, exception_id: int) -> RemittanceException:
    """Return one exception, dealt with or not. Errors: UnknownException."""
    rows = fetch_all(sql_text(SQL / "exceptions.sql"), {"id": exception_id, "limit": 1})
    if not rows:
        raise UnknownException
    return _exception(rows[0])


def list_differences() -> tuple[Difference, ...]:
    """Return every remittance that what was posted for it does not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number or "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _exception(row: Any) -> RemittanceException:
    return RemittanceException(
        id=row.id,
        remittance_id=row.remittance_id,
        file_name=row.file_name,
        sha256=row.sha256,
        segment_number=row.segment_number,
        reason=Reason(row.reason),
        message=row.message,
        differences=tuple(_from_json(row.differences)),
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        payer_name=row.payer_name,
        trace=row.trace,
        amount_cents=row.amount_cents,
        line=_line(row) if row.position is not None else None,
        still_open=row.still_open,
    )


def _line(row: Any) -> WaitingLine:
    return WaitingLine(
        position=row.position,
        segment_number=row.segment_number,
        kind=Kind(row.kind),
        code=row.code,
        amount_cents=row.line_cents,
        name=row.name,
        numbers=tuple(_from_json(row.numbers)),
        period_on=row.period_on,
        period_until=row.period_until,
    )


def _from_json(value: Any) -> list[str]:
    # Django's connection hands jsonb over as text.
    found = json.loads(value) if isinstance(value, str) else value
    return [str(one) for one in found or ()]
