"""Days of automatic payment by bank, killed again and again: drawn, filed, answered and closed once."""

import sys
from datetime import date, datetime
from pathlib import Path
from random import Random

import pytest
from tests.faults.killing import killed_until_done

from openmember.exchange.nacha import open_nacha
from openmember.exchange.nacha.testing import compose_returns
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.closing.queries import is_closed
from openmember.ledger.closing.services import MonthRefused
from openmember.ledger.queries import get_balance
from openmember.payments.ach import queries as ach
from openmember.payments.ach.services import files, returns
from openmember.payments.ach.testing import NOON, a_bank_account, sent_back
from openmember.payments.autopay import services as autopay
from openmember.payments.autopay.jobs import run_autopay
from openmember.payments.autopay.types import Instrument, Terms, What
from openmember.payments.closing.services import close_month
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.testing import TESTER, a_bill, an_account
from openmember.payments.types import Method

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="forks"),
]
ACCOUNTS = 12
AGREED, FILED, DUE, BOOKED = (
    date(2026, 12, 1),
    date(2026, 12, 11),
    date(2026, 12, 14),
    date(2026, 12, 14),
)
FOLLOWED, CLOSED_ON = date(2026, 12, 17), date(2027, 1, 5)


def pays_from_a_bank():
    account = an_account()
    bank = a_bank_account(account)
    a_bill(account, 50_00, issued_on=AGREED, due_on=DUE)
    autopay.agree(
        account=account, member_id=account.holder_id,
        instrument=Instrument(Method.ACH, "ach", str(bank.id), "Checking ending 5678"),
        terms=Terms(What.EVERYTHING, None), agreement="I agree.", language="en", on=AGREED, actor=TESTER,
    )  # fmt: skip
    return account


def write_files(folder: Path) -> None:
    noon = datetime(FILED.year, FILED.month, FILED.day, 12, 0, tzinfo=NOON.tzinfo)
    files.make_files(file_on=FILED, now=noon, folder=folder, actor=TESTER)


def take_over(name: str) -> None:
    files.acknowledge_file(file=ach.get_file(name=name), actor=TESTER)
    files.settle_files(on=BOOKED, actor=TESTER)


def close() -> None:
    try:
        close_month(month=AGREED, today=CLOSED_ON, reason="A trial", actor=TESTER)
    except MonthRefused:
        # A try that was killed may have closed it all the same: its server was committing.
        assert is_closed(month=AGREED)


def test_days_that_are_killed_are_finished_by_doing_them_again(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "ENTRIES_AT_ONCE", 3)
    monkeypatch.setattr(returns, "RANGE_ROWS", 2)
    ensure_months(AGREED)
    accounts = [pays_from_a_bank() for _ in range(ACCOUNTS)]
    random = Random(3)
    kills = []

    def day(work):
        kills.append(killed_until_done(work, random))

    day(lambda: run_autopay(day=AGREED, actor=TESTER))
    day(lambda: run_autopay(day=FILED, actor=TESTER))
    day(lambda: write_files(tmp_path))
    (written,) = tmp_path.glob("ach-*")
    reading = open_nacha(written.open("rb"))
    entries = list(reading)
    day(lambda: take_over(written.name))
    answers = tmp_path / "answers"
    answers.write_bytes(
        compose_returns([sent_back(entry, "R02") for entry in entries[::3]], made_on="261216")
    )
    day(lambda: returns.take_answers(path=answers, actor=TESTER))
    day(lambda: run_autopay(day=FOLLOWED, actor=TESTER))
    day(close)

    assert min(kills[:3]) >= 1
    assert sum(kills) > 7
    assert (len(entries), reading.report.problems) == (ACCOUNTS, ())
    assert sum(entry.amount_cents for entry in entries) == ACCOUNTS * 50_00
    owed = [get_balance(account_number=one.number).owed_cents for one in accounts]
    assert sorted(owed) == [0] * 8 + [50_00] * 4
    payments = fetch_all("SELECT status, count(*) AS n FROM payments_payment GROUP BY 1 ORDER BY 1")
    assert [(row.status, row.n) for row in payments] == [("returned", 4), ("settled", 8)]
    letters = fetch_one(
        "SELECT count(*) AS n, count(DISTINCT (account_number, kind)) AS kinds FROM letters_letter"
        " WHERE kind LIKE 'autopay%'"
    )
    assert letters.n == letters.kinds
    assert is_closed(month=AGREED)
    assert check_books() == ()
