"""From what somebody typed to an account."""

from typing import Any

from openmember.accounts import rules
from openmember.accounts.types import Account, Kind, Reason, Recognised
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.queries import as_member
from openmember.members.types import Member


class UnknownNumber(Exception):
    """No account has this number."""


# One statement whatever the text is, so that known and unknown numbers take the same time.
_LOOK_UP = """
SELECT quoted.merged_into IS NOT NULL AS is_merged, m.id IS NOT NULL AS is_mrn, a.*
FROM (SELECT %(digits)s::varchar AS digits) AS typed
LEFT JOIN accounts_account quoted ON quoted.number = typed.digits
LEFT JOIN LATERAL (
    SELECT account.number, account.holder_id, account.created_at,
           array(
               SELECT number FROM accounts_account WHERE merged_into = account.number ORDER BY number
           ) AS merged
    FROM accounts_account account WHERE account.number = coalesce(quoted.merged_into, quoted.number)
) a ON true
LEFT JOIN members_member m ON m.mrn = ltrim(typed.digits, '0')
"""
_HELD_BY = """
SELECT account.number, account.holder_id, account.created_at,
       array(
           SELECT number FROM accounts_account WHERE merged_into = account.number ORDER BY number
       ) AS merged
FROM accounts_account account WHERE account.holder_id = %(member_id)s AND account.merged_into IS NULL
ORDER BY account.created_at, account.number LIMIT 1
"""


def recognise(text: str) -> Recognised:
    """Return what a typed text is, and the account a payment quoting it would reach.

    A number we know is valid whatever its check digits, because legacy numbers have none. A medical
    record number is told apart even when it was padded with zeros.
    """
    shape = rules.recognise_shape(text)
    # Only digits are looked up, and never more than a number has.
    digits = shape.digits if shape.digits.isdecimal() and len(shape.digits) <= 12 else ""
    found = fetch_one(_LOOK_UP, {"digits": digits})
    if found.number is not None:
        reason = Reason.MERGED if found.is_merged else Reason.KNOWN
        return Recognised(Kind.BILL_PAY_NUMBER, True, reason, digits, _account(found))
    if found.is_mrn:
        return Recognised(Kind.MRN, False, Reason.MRN_KNOWN, digits)
    if shape.valid:
        return Recognised(Kind.BILL_PAY_NUMBER, False, Reason.NOT_FOUND, digits)
    return shape


def get_account(*, number: str) -> Account:
    """Return the account a number leads to, following a merge. Errors: UnknownNumber."""
    found = fetch_one(_LOOK_UP, {"digits": number})
    if found.number is None:
        raise UnknownNumber
    return _account(found)


def find_account_held_by(*, member_id: int) -> Account | None:
    """Return the account this member answers for, or None when somebody else answers for theirs."""
    found = fetch_one(_HELD_BY, {"member_id": member_id})
    return _account(found) if found else None


def list_accounts_of(*, member_ids: list[int]) -> tuple[tuple[int, str, str], ...]:
    """Return (member, account number, relationship) for each account these members are on."""
    rows = fetch_all(
        "SELECT p.member_id, p.account_number, p.relationship FROM accounts_person p"
        " JOIN accounts_account a ON a.number = p.account_number AND a.merged_into IS NULL"
        " WHERE p.member_id = ANY(%(ids)s) ORDER BY p.member_id, p.account_number",
        {"ids": member_ids},
    )
    return tuple((row.member_id, row.account_number, row.relationship) for row in rows)


def list_people(*, number: str) -> tuple[tuple[int, str], ...]:
    """Return (member, relationship) for everyone on the account, its holder first."""
    rows = fetch_all(
        "SELECT member_id, relationship FROM accounts_person WHERE account_number = %(number)s"
        " ORDER BY relationship <> 'holder', member_id",
        {"number": number},
    )
    return tuple((row.member_id, row.relationship) for row in rows)


def list_members_on(*, number: str) -> tuple[tuple[Member, str], ...]:
    """Return (member, relationship) for everyone on the account, its holder first. One statement."""
    rows = fetch_all(
        "SELECT m.*, p.relationship FROM accounts_person p JOIN members_member m ON m.id = p.member_id"
        " WHERE p.account_number = %(number)s ORDER BY p.relationship <> 'holder', p.member_id",
        {"number": number},
    )
    return tuple((as_member(row), row.relationship) for row in rows)


def _account(found: Any) -> Account:
    return Account(found.number, found.holder_id, (found.number, *found.merged), found.created_at)
