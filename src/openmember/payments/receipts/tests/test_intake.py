"""Files of banks and lockboxes: each whole or not at all, twice is once, and the books clean after each."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from openmember.exchange.tests.test_statements import CAMT, LOCKBOX, MT940
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.queries import get_balance
from openmember.payments.jobs import check_books
from openmember.payments.receipts import queries
from openmember.payments.receipts.services import acting, intake
from openmember.payments.receipts.services.working import work_receipts
from openmember.payments.receipts.testing import a_wire, compose_credits, wires_came
from openmember.payments.receipts.tests.test_working import ROSA
from openmember.payments.reconciliation.queries import get_statement
from openmember.payments.reconciliation.services.bank_days import store_days, take_bai2
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.reconciliation.types import BankDay, BankLine
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


def without_references(content: bytes) -> bytes:
    return re.sub(rb"<(AcctSvcrRef|NtryRef|TxId)>[^<]*</\1>", b"", content)


def booked_before(content: bytes) -> bytes:
    return content.replace(b"<BookgDt><Dt>2026-11-20", b"<BookgDt><Dt>2026-11-19")


def shuffled(content: bytes) -> bytes:
    return without_references(booked_before(content))


@pytest.mark.parametrize("change", [without_references, booked_before, shuffled])
@pytest.mark.parametrize("order", [(ADVICE, CAMT), (CAMT, ADVICE)])
def test_an_advice_and_a_statement_post_once_whatever_they_leave_out(take, account, change, order):
    first, second = (change(numbered(one, account.number)) for one in order)
    take(intake.take_camt, first)
    before = payments()

    _taken, done = take(intake.take_camt, second)

    assert (len(before), payments(), done.posted) == (1, before, 0)


def test_an_advice_and_a_statement_in_another_format_post_once(take, account):
    take(intake.take_camt, numbered(ADVICE, account.number))

    done = wires_came(DAY + timedelta(days=1), a_wire(100_00, f"PREMIUM {account.number}"))

    assert (done.posted, done.held, len(payments())) == (0, 1, 1)
    assert [row.reason for row in queries.list_queue(today=TODAY).receipts][-1] == "twin"


def test_two_like_movements_of_two_statements_booked_on_one_day_are_two(take, account):
    line = BankLine("195", 50_00, "", "", f"PAY {account.number}", booked_on=DAY)
    for day in (DAY, DAY + timedelta(days=1)):
        stated = BankDay("operating", "0004589761", day, "USD", None, None, (line,))
        store_days(days=(stated,), format_="test", sha256=str(day), actor=TESTER)
        work_receipts(actor=TESTER)

    rows = fetch_all("SELECT state, reason, day, line_day FROM payments_receipt ORDER BY id")
    assert [(row.state, row.day) for row in rows] == [("posted", DAY), ("waiting", DAY)]
    assert rows[1].reason == "twin"


def test_an_account_that_is_not_ours_is_refused_in_every_format(take, account):
    credits = compose_credits([(f"RMR*IV*{account.number}", 250_00)], on=DAY)
    for taker, content in (
        (take_bai2, bai2_day(b"0004589762", 50_00, account.number)),
        (intake.take_mt940, MT940.replace(b"121000358/0004589761", b"121000358/0004589762")),
        (intake.take_mt940, MT940.replace(b"121000358/0004589761", b"121000359/0004589761")),
        (intake.take_camt, CAMT.replace(b"BANKUS33", b"BANKUS34")),
        (intake.take_camt, ADVICE.replace(b"BANKUS33", b"BANKUS34")),
        (intake.take_lockbox, LOCKBOX.replace(b"0068751", b"0068752")),
        (intake.take_ach_credits, credits.replace(b"6222313801040004589761", b"6222313801040004589762")),
    ):  # fmt: skip
        taken, done = take(taker, content)

        assert (taken.accepted, done.posted, done.held) == (False, 0, 0), taker
        assert any("none of ours" in one or "our own accounts" in one for one in taken.problems)
    assert payments() == []


def bai2_day(number: bytes, cents: int, said: str) -> bytes:
    return (
        b"01,122099999,OPENMEMBER,261121,0600,1,80,,2/\n"
        b"02,OPENMEMBER,122099999,1,261120,2359,USD,2/\n03,%s,USD/\n"
        b"16,195,%d,Z,,,WIRE %s\n49,%d,3/\n98,%d,1,5/\n99,%d,1,7/\n"
        % (number, cents, said.encode(), cents, cents, cents)
    )


def test_one_day_of_one_account_in_two_formats_is_one_day(take, account):
    mt940 = MT940.replace(b":61:261120D70,NCHK1001\n", b"").replace(b"1430,25", b"1500,25")
    take(intake.take_mt940, numbered(mt940, account.number))
    content = bai2_day(b"0004589761", 500_25, account.number)

    taken, done = take(take_bai2, content)

    assert (taken.already_taken, done.posted, len(payments())) == (True, 0, 1)


def test_a_check_sent_again_in_another_batch_posts_once(take, account):
    content = numbered(LOCKBOX, account.number)
    take(intake.take_lockbox, content)
    again = b"\n".join(
        one[:1] + b"002" + one[4:] if one and one[:1] in b"4567" else one
        for one in content.split(b"\n")
    )

    taken, done = take(intake.take_lockbox, again)

    assert (taken.accepted, taken.new, done.posted, done.held, len(payments())) == (
        True, 0, 0, 0, 1,
    )  # fmt: skip


def test_a_check_that_comes_again_on_another_day_waits(take, account):
    content = numbered(LOCKBOX, account.number)
    take(intake.take_lockbox, content)

    _taken, done = take(intake.take_lockbox, content.replace(b"261120", b"261123"))

    assert (done.posted, done.held, len(payments())) == (0, 2, 1)


def test_two_like_checks_of_one_file_are_two(take, account):
    second, like = (
        b"0000012000121000358000123455600000001811",
        b"0000025000121000358000123455500000001801",
    )
    content = LOCKBOX.replace(second, like).replace(b"0000037000", b"0000050000")
    assert content.count(like[:20]) == 2

    taken, _done = take(intake.take_lockbox, content)

    assert taken.new == 2, taken.problems


def test_an_ach_credit_and_its_line_of_the_statement_post_once(take, account):
    take(intake.take_ach_credits, one_credit(account))
    before = payments()

    done = wires_came(DAY, ach_line(account, 250_00))

    assert (done.posted, done.held, payments()) == (0, 0, before)
    reconcile_day(day=TODAY, actor=TESTER)
    assert check_books() == ()
    assert fetch_one("SELECT status FROM payments_payment").status == "settled"


def test_a_line_of_all_credits_of_a_file_is_no_receipt(take, account):
    pairs = [(f"RMR*IV*{account.number}", 250_00), ("NOBODY", 10_00)]
    take(intake.take_ach_credits, compose_credits(pairs, on=DAY))

    done = wires_came(DAY + timedelta(days=1), ach_line(account, 260_00))

    assert (done.posted, done.held) == (0, 0)


def test_an_ach_credit_whose_line_was_posted_waits(take, account):
    wires_came(DAY, ach_line(account, 250_00))
    before = payments()

    _taken, done = take(intake.take_ach_credits, one_credit(account))

    assert (done.posted, done.held, payments()) == (0, 1, before)


def test_a_wire_of_the_amount_of_an_ach_credit_is_posted(take, account):
    take(intake.take_ach_credits, one_credit(account))

    done = wires_came(DAY, a_wire(250_00, f"WIRE {account.number}"))

    assert done.posted == 1


def one_credit(account) -> bytes:
    return compose_credits([(f"RMR*IV*{account.number}**25000\\", 250_00)], on=DAY)


def ach_line(account, cents: int):
    said = f"ACH CREDIT ACME PAYMENT {account.number}"
    return a_line(cents, "123138010000001", said, type_code="169")


def test_an_advice_of_a_deposit_is_no_receipt(take, account):
    content = ADVICE.replace(b"RCDT", b"CNTR").replace(b"ESCT", b"CDPT")

    taken, done = take(intake.take_camt, content)

    assert (taken.accepted, taken.new, done.posted, done.held) == (True, 0, 0, 0)


def test_the_proof_of_the_books_sees_what_posted_twice(take, account):
    take(intake.take_ach_credits, one_credit(account))
    wires_came(DAY, a_wire(250_00, f"WIRE {account.number}"))
    reconcile_day(day=DAY + timedelta(days=12), actor=TESTER)

    assert [one.check for one in check_books()] == ["receipt twice"]


def test_the_proof_of_the_books_sees_receipts_of_an_account_that_is_not_ours(account):
    stated = BankDay("operating", "99", DAY, "USD", None, None, (a_wire(50_00, account.number),))
    store_days(days=(stated,), format_="test", sha256="test", actor=TESTER)

    work_receipts(actor=TESTER)

    assert [one.check for one in check_books()] == ["receipt account"]


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
