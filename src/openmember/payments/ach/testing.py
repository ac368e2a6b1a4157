"""Builders of bank accounts, debits and files for tests, made by the services themselves."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from openmember.accounts.types import Account
from openmember.exchange.nacha import open_nacha
from openmember.exchange.nacha.testing import SentBack, compose_returns
from openmember.exchange.nacha.types import Entry
from openmember.members.testing import TESTER, serial
from openmember.payments.ach.services import files
from openmember.payments.ach.services.banks import add_bank_account
from openmember.payments.ach.services.debits import Debit, request_debit
from openmember.payments.ach.services.returns import TakenAnswers, take_answers
from openmember.payments.ach.types import AchFile, BankAccount, BankKind, NewBankAccount, Sec
from openmember.payments.types import Payment

# A Monday with two banking days before Thanksgiving.
MONDAY = date(2026, 11, 23)
TUESDAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("America/Los_Angeles"))
ROUTING = "231380104"


def a_bank_account(account: Account, *, number: str = "12345678", **facts: object) -> BankAccount:
    """Return a bank account one can draw from."""
    prenote = bool(facts.pop("prenote", False))
    given = NewBankAccount(
        **{"routing": ROUTING, "kind": BankKind.CHECKING, "holder": "Ana Ruiz", **facts},  # type: ignore[arg-type]  # facts of any field
        number=number,
    )
    return add_bank_account(account=account, given=given, on=MONDAY, actor=TESTER, prenote=prenote)


def a_debit(
    account: Account, cents: int = 40_00, *, bank: BankAccount | None = None, **facts: object
) -> Payment:
    """Return a payment that waits for the next file."""
    debit = Debit(
        **{
            "key": f"debit-{next(serial)}",
            "on": TUESDAY,
            "sec": Sec.WEB,
            "payer": "member:1",
            **facts,
        },  # type: ignore[arg-type]  # facts of any field
        amount_cents=cents,
    )
    return request_debit(
        account=account, bank=bank or a_bank_account(account), debit=debit, actor=TESTER
    )


def a_file(
    folder: Path, *, acknowledged: bool = True, settled: bool = False, **facts: object
) -> AchFile:
    """Return the file of Monday with all that waits."""
    made = files.make_files(
        **{"file_on": MONDAY, "now": NOON, "folder": folder, "actor": TESTER, **facts}  # type: ignore[arg-type]  # facts of any field
    )
    (file,) = made.written
    if acknowledged or settled:
        file = files.acknowledge_file(file=file, actor=TESTER)
    if settled:
        files.settle_files(on=file.effective_on, actor=TESTER)
    return file


def entries_of(folder: Path, file: AchFile) -> list[Entry]:
    """Return what our own reader finds in a written file, which must be sound."""
    reading = open_nacha((folder / file.name).open("rb"))
    entries = list(reading)
    if reading.report.problems:
        raise AssertionError(reading.report.problems)
    return entries


def sent_back(entry: Entry, code: str = "R01", **facts: object) -> SentBack:
    """Return how a bank sends an entry back."""
    transaction = entry.transaction[0] + ("6" if entry.is_debit else "1")
    return SentBack(
        **{  # type: ignore[arg-type]  # facts of any field
            "code": code, "trace": entry.trace, "transaction": transaction, "routing": entry.routing,
            "amount_cents": 0 if code[0] == "C" else entry.amount_cents, "account": entry.account,
            "individual_id": entry.individual_id, "name": entry.name, **facts,
        }
    )  # fmt: skip


def take_back(
    folder: Path, items: Sequence[SentBack], *, made_on: str = "261125", **facts: object
) -> TakenAnswers:
    """Take a file in which a bank sends these back."""
    path = folder / f"answers-{next(serial)}"
    path.write_bytes(compose_returns(items, made_on=made_on))
    return take_answers(path=path, actor=TESTER, **facts)  # type: ignore[arg-type]  # facts of any field
