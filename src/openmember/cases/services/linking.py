"""What a case is about: bills, claims, payments, letters of the member's accounts, and other cases."""

from datetime import datetime

from openmember.accounts.queries import UnknownNumber, get_account
from openmember.cases.numbers import read_number
from openmember.cases.rows import link_from_row
from openmember.cases.services.steps import append, locked
from openmember.cases.types import Case, CaseRefused, Link, LinkKind
from openmember.kernel.references import BadReference
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor

# Each proves that the thing is the account's, before a case points at it.
_KNOWN = {
    LinkKind.BILL: "SELECT 1 AS yes FROM billing_bill WHERE account_number = ANY (%(numbers)s) AND id = %(id)s",
    LinkKind.PAYMENT: (
        "SELECT 1 AS yes FROM payments_payment WHERE account_number = ANY (%(numbers)s) AND id = %(id)s"
    ),
    LinkKind.CLAIM: (
        "SELECT 1 AS yes FROM claims_claim WHERE account_number = ANY (%(numbers)s)"
        " AND %(id)s IN (control, payer_control)"
    ),
    LinkKind.LETTER: (
        "SELECT 1 AS yes FROM letters_letter WHERE account_number = ANY (%(numbers)s) AND id = %(id)s"
    ),
}


def link(
    *,
    case: Case,
    kind: LinkKind,
    target: str,
    now: datetime,
    actor: Actor,
    account_number: str | None = None,
) -> Link:
    """Say that a case is about something. Again returns the link there is.

    Shape:  `target` is the id of a bill, payment or letter; the number of a claim, account or other case.
            All but a case belong to `account_number`, which is the case's own unless named.
    Errors: NotAllowed; CaseRefused `unknown_target`.
    """
    with locked(case, actor=actor) as found:
        number = account_number or found.account_number
        text = _target(found, kind, target.strip(), number)
        row = fetch_one(
            "INSERT INTO cases_link (case_id, kind, target, account_number, at, actor)"
            " VALUES (%(case)s, %(kind)s, %(target)s, %(number)s, %(at)s, %(actor)s)"
            " ON CONFLICT DO NOTHING RETURNING *",
            {
                "case": found.id,
                "kind": kind.value,
                "target": text,
                "number": None if kind is LinkKind.CASE else number,
                "at": now,
                "actor": str(actor),
            },
        )
        if row is not None:
            append(found, "linked", at=now, actor=actor, link=kind.value, link_id=row.id)
            return link_from_row(row)
        return link_from_row(
            fetch_one(
                "SELECT * FROM cases_link WHERE case_id = %(case)s AND kind = %(kind)s"
                " AND target = %(target)s AND removed_at IS NULL",
                {"case": found.id, "kind": kind.value, "target": text},
            )
        )


def unlink(*, case: Case, link_id: int, now: datetime, actor: Actor) -> None:
    """Take a link back. Again does nothing. Errors: NotAllowed."""
    with locked(case, actor=actor) as found:
        gone = fetch_one(
            "UPDATE cases_link SET removed_at = %(at)s"
            " WHERE id = %(id)s AND case_id = %(case)s AND removed_at IS NULL RETURNING kind",
            {"at": now, "id": link_id, "case": found.id},
        )
        if gone:
            append(found, "unlinked", at=now, actor=actor, link=gone.kind, link_id=link_id)


def _target(case: Case, kind: LinkKind, target: str, number: str | None) -> str:
    if kind is LinkKind.CASE:
        return _other_case(case, target)
    try:
        account = get_account(number=target if kind is LinkKind.ACCOUNT else number or "")
    except UnknownNumber as unknown:
        raise CaseRefused("unknown_target", "no account has this number") from unknown
    if kind is LinkKind.ACCOUNT:
        return account.number
    named: int | str = int(target) if target.isdecimal() else 0
    if kind is LinkKind.CLAIM:
        named = target
    known = fetch_one(_KNOWN[kind], {"numbers": list(account.numbers), "id": named})
    if not known:
        raise CaseRefused("unknown_target", f"the account has no such {kind.value}")
    return target


def _other_case(case: Case, target: str) -> str:
    try:
        number = read_number(target)
    except BadReference as wrong:
        raise CaseRefused("unknown_target", "this is no case number") from wrong
    row = fetch_one("SELECT id FROM cases_case WHERE number = %(number)s", {"number": number})
    if row is None or row.id == case.id:
        raise CaseRefused("unknown_target", "there is no other case with this number")
    return number
