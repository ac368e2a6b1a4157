"""Bank accounts of members: kept sealed, shown by their last four digits, corrected and stopped."""

from datetime import date

from django.db import transaction

from openmember.accounts.types import Account
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_one
from openmember.members.types import Actor
from openmember.payments.ach import queries, rules
from openmember.payments.ach.rules import BadBankAccount
from openmember.payments.ach.sealing import get_sealer
from openmember.payments.ach.types import BankAccount, NewBankAccount, Sec

__all__ = [
    "BadBankAccount", "BankRefused", "add_bank_account", "correct_bank_account", "remove_bank_account",
]  # fmt: skip

# Until a prenotification is in a file, nobody can say when its wait is over.
NOT_YET = date(9999, 12, 31)


class BankRefused(Exception):
    """The bank account cannot be kept or used so; the message says why in words."""


@transaction.atomic
def add_bank_account(
    *, account: Account, given: NewBankAccount, on: date, actor: Actor, prenote: bool = False
) -> BankAccount:
    """Keep a bank account to draw from, and return it without its number. Given again, it is the one there is.

    `prenote` asks its bank first: it can be drawn from three banking days after the bank was asked.
    Errors: BadBankAccount, BankRefused.
    """
    checked = rules.check_bank_account(given)
    sealer = get_sealer()
    fresh_id = int(fetch_one("SELECT nextval('payments_ach_bank_id') AS id").id)
    sealed = sealer.seal(checked.number, account_number=account.number, bank_id=fresh_id)
    try:
        row = fetch_one(
            "SELECT payments_ach_add_bank(%(number)s, %(id)s, %(fingerprint)s, %(routing)s, %(sealed)s,"
            " %(last_four)s, %(kind)s, %(is_business)s, %(holder)s, %(usable_on)s, %(actor)s) AS id",
            {
                "number": account.number,
                "id": fresh_id,
                "fingerprint": sealer.fingerprint(checked.routing, checked.number),
                "routing": checked.routing,
                "sealed": sealed,
                "last_four": checked.number[-4:],
                "kind": checked.kind.value,
                "is_business": checked.is_business,
                "holder": checked.holder,
                "usable_on": NOT_YET if prenote else on,
                "actor": str(actor),
            },
        )
    except Refused as refused:
        raise BankRefused(refused.detail or refused.name) from refused
    if row.id == fresh_id:
        audit.record(
            actor=str(actor), action="bank.add", account_number=account.number, bank_id=row.id
        )
        if prenote:
            _prenote(account.number, row.id, checked.is_business, on)
    return queries.get_bank_account(numbers=account.numbers, bank_id=row.id)


@transaction.atomic
def remove_bank_account(*, bank: BankAccount, on: date, actor: Actor) -> BankAccount:
    """Draw from a bank account no more, as its holder asked; debits that have not left are canceled."""
    return stop_bank(bank=bank, status="removed", code="", on=on, actor=actor)


@transaction.atomic
def stop_bank(*, bank: BankAccount, status: str, code: str, on: date, actor: Actor) -> BankAccount:
    """Draw from a bank account no more. Again does nothing."""
    row = fetch_one(
        "SELECT payments_ach_stop_bank(%(number)s, %(bank)s, %(status)s, %(code)s, %(on)s, %(actor)s) AS count",
        {"number": bank.account_number, "bank": bank.id, "status": status, "code": code, "on": on,
         "actor": str(actor)},
    )  # fmt: skip
    if bank.is_active:
        audit.record(
            actor=str(actor), action=f"bank.{status}", account_number=bank.account_number,
            bank_id=bank.id, canceled=row.count,
        )  # fmt: skip
    return queries.get_bank_account(numbers=(bank.account_number,), bank_id=bank.id)


@transaction.atomic
def correct_bank_account(
    *, bank: BankAccount, code: str, said: str, actor: Actor
) -> BankAccount | None:
    """Apply what its bank says is wrong with it (C01 to C07). None when the change is none of the account's.

    The same correction again changes nothing. Errors: BadBankAccount.
    """
    sealer = get_sealer()
    known = queries.get_bank_details(bank=bank)
    number = sealer.open(known.sealed, account_number=bank.account_number, bank_id=bank.id)
    was = NewBankAccount(known.routing, number, bank.kind, bank.holder, bank.is_business)
    found = rules.corrected(was, code, said)
    if found is None:
        return None
    row = fetch_one(
        "SELECT payments_ach_correct_bank(%(number)s, %(bank)s, %(fingerprint)s, %(routing)s, %(sealed)s,"
        " %(last_four)s, %(kind)s, %(holder)s, %(reason)s, %(actor)s) AS version",
        {
            "number": bank.account_number,
            "bank": bank.id,
            "fingerprint": sealer.fingerprint(found.routing, found.number),
            "routing": found.routing,
            "sealed": sealer.seal(
                found.number, account_number=bank.account_number, bank_id=bank.id
            ),
            "last_four": found.number[-4:],
            "kind": found.kind.value,
            "holder": found.holder,
            "reason": code,
            "actor": str(actor),
        },
    )
    if row.version != known.version:
        audit.record(
            actor=str(actor), action="bank.correct", account_number=bank.account_number,
            bank_id=bank.id, code=code,
        )  # fmt: skip
    return queries.get_bank_account(numbers=(bank.account_number,), bank_id=bank.id)


def _prenote(account_number: str, bank_id: int, is_business: bool, on: date) -> None:
    fetch_one(
        "SELECT payments_ach_prenote(%(number)s, %(bank)s, %(sec)s, %(on)s)",
        {
            "number": account_number,
            "bank": bank_id,
            "sec": (Sec.CCD if is_business else Sec.PPD).value,
            "on": on,
        },
    )
