"""Files of banks and lockboxes: each whole or not at all, twice is once, and the books clean after each."""

from datetime import date
from pathlib import Path

import pytest

from openmember.exchange.tests.test_statements import CAMT, LOCKBOX, MT940
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.queries import get_balance
from openmember.payments.jobs import check_books
from openmember.payments.receipts import queries
from openmember.payments.receipts.services import acting, intake
from openmember.payments.receipts.services.working import work_receipts
from openmember.payments.receipts.testing import compose_credits
from openmember.payments.receipts.tests.test_working import ROSA
from openmember.payments.reconciliation.queries import get_statement
from openmember.payments.reconciliation.services.bank_days import take_bai2
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.testing import TESTER, TODAY

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
DATA = Path(__file__).parents[6] / "shared" / "data" / "bank"
TAKERS = {
    "mt940": (intake.take_mt940, MT940),
    "camt": (intake.take_camt, CAMT),
    "lockbox": (intake.take_lockbox, LOCKBOX),
}
ADVICE = (
    CAMT.replace(b"camt.053", b"camt.054")
    .replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn")
    .replace(b"<Stmt>", b"<Ntfctn>")
    .replace(b"</Stmt>", b"</Ntfctn>")
)


@pytest.fixture
def take(tmp_path, books):
    def taking(taker, content: bytes, **options):
        path = tmp_path / "file"
        path.write_bytes(content)
        taken = taker(path=path, actor=TESTER, **options)
        done = work_receipts(actor=TESTER)
        assert check_books() == ()
        return taken, done

    return taking


def numbered(content: bytes, number: str) -> bytes:
    """Put an account's number where the files have one that nobody has."""
    spaced = f"{number[:4]} {number[4:8]} {number[8:]}"
    return content.replace(b"1015 8236 4711", spaced.encode()).replace(
        b"101582364711", number.encode()
    )


def payments():
    return fetch_all(
        "SELECT channel, method, amount_cents FROM payments_payment ORDER BY amount_cents"
    )


@pytest.mark.parametrize("kind", TAKERS)
def test_what_a_file_names_is_posted_once_however_often_it_comes(take, account, kind):
    taker, content = TAKERS[kind]
    content = numbered(content, account.number)

    _taken, first = take(taker, content)
    taken, again = take(taker, content)

    assert first.posted == 1
    assert (taken.accepted, taken.already_taken, again.posted, again.held) == (True, True, 0, 0)
    assert len(payments()) == 1


@pytest.mark.parametrize("kind", TAKERS)
def test_a_damaged_file_changes_nothing_and_says_where(take, account, kind):
    taker, content = TAKERS[kind]

    taken, done = take(taker, content[: len(content) // 2])

    assert not taken.accepted
    assert taken.problems[0].startswith("line ")
    assert (done.posted, done.held) == (0, 0)


@pytest.mark.parametrize("kind", TAKERS)
def test_a_trial_changes_nothing(take, account, kind):
    taker, content = TAKERS[kind]

    taken, done = take(taker, numbered(content, account.number), dry_run=True)

    assert (taken.new > 0, done.posted, done.held) == (True, 0, 0)


def test_a_statement_with_parts_of_a_cent_is_refused(take):
    content = MT940.replace(b"USD1000,00", b"USD1000,005").replace(b"USD1430,25", b"USD1430,255")

    taken, _done = take(intake.take_mt940, content)

    assert (taken.accepted, taken.problems) == (
        False, ("line 2: The statement has parts of a cent.",),
    )  # fmt: skip


def test_a_day_of_more_than_any_bank_holds_is_refused(take):
    line = b"16,195,999999999999999,Z,,,TEXT/\n"
    total = 10 * 999_999_999_999_999
    content = (
        b"01,122099999,OPENMEMBER,261121,0600,1,80,,2/\n"
        b"02,OPENMEMBER,122099999,1,261120,2359,USD,2/\n03,0004589761,USD/\n"
        + line * 10
        + f"49,{total},12/\n98,{total},1,14/\n99,{total},1,16/\n".encode()
    )

    taken, _done = take(take_bai2, content)

    assert not taken.accepted
    assert "more than can be" in taken.problems[0]


def test_a_lockbox_is_settled_by_the_deposit_also_what_nobody_knows(take, account):
    take(intake.take_lockbox, numbered(LOCKBOX, account.number))
    a_bank_day(DAY, a_line(370_00, "DEP1", "LOCK BOX 68751", type_code="115"))
    reconcile_day(day=TODAY, actor=TESTER)
    assert check_books() == ()
    # What is unidentified leaves clearing with the run after the one that matched it.
    reconcile_day(day=TODAY, actor=TESTER)
    assert check_books() == ()
    assert [fetch_one("SELECT sum(amount_cents * ((debit = 1050)::int - (credit = 1050)::int)) AS cents"
                      " FROM ledger_transfer").cents] == [0]  # fmt: skip

    (receipt,) = queries.list_queue(today=TODAY).receipts
    acting.post_receipt(
        receipt=receipt, account_number=account.number, amount_cents=120_00, reason="found", learn=False,
        on=TODAY, actor=ROSA,
    )  # fmt: skip
    reconcile_day(day=TODAY, actor=TESTER)

    assert check_books() == ()
    assert get_balance(account_number=account.number).credit_cents == 370_00
    assert get_statement(until=TODAY).unexplained_cents == 0
    assert fetch_one("SELECT count(*) AS n FROM payments_payment WHERE status = 'settled'").n == 2


def test_an_advice_and_the_statement_after_it_are_the_same_money(take, account):
    take(intake.take_camt, numbered(ADVICE, account.number))
    statement = CAMT.replace(b"<NtryDtls>", b"<!--").replace(b"</NtryDtls>", b"-->")

    _taken, done = take(intake.take_camt, statement)

    assert (done.posted, done.held) == (0, 0)
    reconcile_day(day=TODAY, actor=TESTER)
    assert check_books() == ()
    left = fetch_all("SELECT amount_cents FROM payments_recon_entry WHERE match_id IS NULL")
    assert [row.amount_cents for row in left] == [-70_00]


def test_corporate_credits_come_with_their_addenda(take, account):
    content = compose_credits(
        [(f"RMR*IV*{account.number}**25000\\", 250_00), ("RMR*IV*NOBODY", 10_00)], on=DAY
    )

    taken, done = take(intake.take_ach_credits, content)
    again, _done = take(intake.take_ach_credits, content)

    assert (taken.new, done.posted, done.held, again.already_taken) == (2, 1, 1, True)
    (payment,) = payments()
    assert (payment.method, payment.amount_cents) == ("ach", 250_00)


@pytest.mark.skipif(not DATA.exists(), reason="the shared sample files are not here")
def test_each_sample_twice_and_damaged_leaves_the_books_clean(take):
    takers = {".sta": intake.take_mt940, ".bai": intake.take_lockbox, ".txt": take_bai2}
    for path in sorted(DATA.iterdir()):
        taker, content = takers[path.suffix], path.read_bytes()
        damaged, _done = take(taker, content[: len(content) * 2 // 3])
        first, _done = take(taker, content)
        again, done = take(taker, content)
        assert not damaged.accepted, path.name
        assert first.accepted is (path.name != "mt940_jejik_ing.sta"), path.name
        assert again.already_taken is first.accepted, path.name
        assert (done.posted, done.held) == (0, 0), path.name
