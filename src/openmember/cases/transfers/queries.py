"""Reading hand-overs: what is offered to whom, and what became of a case's offers."""

from typing import Any

from openmember.cases.queries import OFFERED_TO, family_ids, offer_values, reader_of
from openmember.cases.rules import Reader
from openmember.cases.transfers.types import State, Transfer
from openmember.cases.types import Case
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, NotAllowed, Scope

SELECT = (
    "SELECT t.*, c.number, c.subject FROM cases_transfer t JOIN cases_case c ON c.id = t.case_id "
)


def list_offered(*, actor: Actor, limit: int = 100) -> tuple[Transfer, ...]:
    """Return the offers that wait for this actor's answer, warm ones first, then the oldest.

    Errors: NotAllowed.
    """
    if not actor.may(Scope.WORK_CASES):
        raise NotAllowed(Scope.WORK_CASES)
    reader = reader_of(actor=actor)
    rows = fetch_all(
        SELECT + f"WHERE t.state = 'offered' AND {OFFERED_TO}"
        " ORDER BY t.is_warm DESC, t.offered_at, t.id LIMIT %(limit)s",
        {**offer_values(reader=reader), "limit": limit},
    )
    return tuple(transfer_from_row(row) for row in rows)


def is_made_to(*, transfer: Transfer, reader: Reader) -> bool:
    """Return whether an offer, answered or not, was made to this reader."""
    row = fetch_one(
        SELECT + f"WHERE t.id = %(id)s AND {OFFERED_TO}",
        {"id": transfer.id, **offer_values(reader=reader)},
    )
    return row is not None


def list_transfers(*, case: Case) -> tuple[Transfer, ...]:
    """Return every offer of a case and of those merged into it, the newest first."""
    rows = fetch_all(
        SELECT + "WHERE t.case_id = ANY (%(ids)s) ORDER BY t.id DESC",
        {"ids": family_ids(case=case)},
    )
    return tuple(transfer_from_row(row) for row in rows)


def find_offer(*, case: Case) -> Transfer | None:
    """Return the offer of a case that waits for an answer."""
    row = fetch_one(SELECT + "WHERE t.case_id = %(id)s AND t.state = 'offered'", {"id": case.id})
    return transfer_from_row(row) if row else None


def transfer_from_row(row: Any) -> Transfer:
    """Return a row of `SELECT` as a value."""
    return Transfer(
        id=row.id,
        case_id=row.case_id,
        case_number=row.number,
        subject=row.subject,
        interaction_id=row.interaction_id,
        is_warm=row.is_warm,
        from_team=row.from_team,
        from_user_id=row.from_user_id,
        from_name=row.from_name,
        to_team=row.to_team,
        to_user_id=row.to_user_id,
        to_supervisor=row.to_supervisor,
        region=row.region,
        reason=row.reason,
        summary=row.summary,
        tried=row.tried,
        document_ids=tuple(row.document_ids),
        verified_at=row.verified_at,
        verified_factors=tuple(row.verified_factors),
        state=State(row.state),
        offered_at=row.offered_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        answered_name=row.answered_name,
        refusal=row.refusal,
        three_way=row.three_way,
    )
