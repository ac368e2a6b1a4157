"""Bank files and payout reports are taken whole or not at all, and twice is once."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from openmember.exchange.tests.test_bai2 import DAY
from openmember.kernel.references import reference
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.payments.jobs import check_books
from openmember.payments.reconciliation.services.bank_days import take_bai2
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.services.payouts import take_stripe_report
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.testing import TESTER, TODAY

pytestmark = pytest.mark.django_db

HEADINGS = (
    "automatic_payout_id,automatic_payout_effective_at,balance_transaction_id,created,reporting_category,"
    "gross,fee,net,currency,description,refund_metadata[refund]\n"
)
PAYMENT = reference("P", 77)
STRIPE = HEADINGS + (
    f"po_1,2026-11-24 00:00:00,txn_1,2026-11-20 10:00:00,charge,100.00,3.20,96.80,usd,{PAYMENT},\n"
    "po_1,2026-11-24 00:00:00,txn_2,2026-11-21 10:00:00,refund,-30.00,0.00,-30.00,usd,"
    f"{PAYMENT},{reference('R', 5)}\n"
    "po_2,2026-11-25 00:00:00,txn_3,2026-11-21 11:00:00,dispute,-50.00,15.00,-65.00,usd,,\n"
)


@pytest.fixture
def take(tmp_path: Path):
    def write(content: bytes | str, taker=take_bai2, **options):
        path = tmp_path / "file"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return taker(path=path, actor=TESTER, **options)

    return write


def days():
    return fetch_all(
        "SELECT day, revision, opening_cents, closing_cents FROM payments_bank_day ORDER BY day, revision"
    )


def lines():
    return fetch_all(
        "SELECT amount_cents, bank_reference, withdrawn_in FROM payments_bank_line ORDER BY position"
    )


def test_a_bank_day_is_stored_with_its_balances(take):
    taken = take(DAY)

    assert (taken.accepted, taken.new, taken.lines, taken.cents) == (True, 1, 3, 530_00)
    assert [tuple(one) for one in days()] == [(date(2026, 11, 20), 1, 1000_00, 1530_00)]
    assert [(one.amount_cents, one.bank_reference) for one in lines()] == [
        (500_00, "SANDBOX01"), (100_00, "REF7"), (-70_00, "ACHRET"),
    ]  # fmt: skip


def test_a_file_taken_twice_is_stored_once(take):
    take(DAY)
    again = take(DAY)

    assert again.already_taken
    assert (len(days()), len(lines())) == (1, 3)


def test_a_file_that_does_not_add_up_stores_nothing(take):
    taken = take(DAY.replace(b"015,153000", b"015,153001"))

    assert not taken.accepted
    assert "does not add up" in " ".join(taken.problems)
    assert days() == []


def test_a_trial_stores_nothing(take):
    assert take(DAY, dry_run=True).new == 1
    assert days() == []


def test_a_day_stated_anew_keeps_what_stays_and_withdraws_the_rest(take):
    take(DAY)
    restated = DAY.replace(b"16,142,10000,D,2,0,4000,1,6000", b"16,142,20000,D,2,0,4000,1,16000")
    restated = restated.replace(b"015,153000", b"015,163000").replace(b"387000", b"407000")

    taken = take(restated)

    assert taken.restated == 1
    assert [one.revision for one in days()] == [1, 2]
    assert [(one.amount_cents, one.withdrawn_in) for one in lines()] == [
        (500_00, None), (100_00, 2), (-70_00, None), (200_00, None),
    ]  # fmt: skip


def test_two_like_lines_of_a_day_are_two(take):
    a_bank_day(TODAY, a_line(5_00), a_line(5_00))
    again = a_bank_day(TODAY, a_line(5_00), a_line(5_00), a_line(5_00))

    assert again.restated == 1
    assert len(lines()) == 3


@pytest.mark.parametrize(
    ("status", "words"), [(b"2", "withdraws a day"), (b"4", "marked as a test")]
)
def test_groups_nobody_may_apply_blindly_are_refused(take, status, words):
    taken = take(DAY.replace(b",122099999,1,", b",122099999," + status + b","))

    assert not taken.accepted
    assert words in taken.problems[0]


def test_a_day_that_is_not_over_is_passed_over(take):
    taken = take(DAY.replace(b"2359,USD,2/", b"2359,USD,3/"))

    assert (taken.accepted, taken.new) == (True, 0)
    assert "not over" in taken.notes[0]


def test_another_currency_is_stored_and_not_reconciled(take, account):
    taken = take(DAY.replace(b"USD", b"CAD"))
    reconcile_day(day=TODAY, actor=TESTER)

    assert "stored, not reconciled" in taken.notes[0]
    assert fetch_one("SELECT count(*) AS entries FROM payments_recon_entry").entries == 0


def test_a_missing_day_and_a_broken_balance_are_said():
    monday = date(2026, 11, 16)
    a_bank_day(monday, a_line(1_00), opening_cents=10_00)
    a_bank_day(monday + timedelta(days=1), a_line(1_00), opening_cents=11_00)

    taken = a_bank_day(monday + timedelta(days=3), a_line(1_00), opening_cents=12_50)

    assert [gap.reason for gap in taken.gaps] == [
        "no statement for 2026-11-18", "closed with 1200 cents, opened with 1250",
    ]  # fmt: skip


def test_a_weekend_is_no_gap():
    friday = date(2026, 11, 20)
    a_bank_day(friday, a_line(1_00), opening_cents=10_00)

    assert a_bank_day(friday + timedelta(days=3), a_line(1_00), opening_cents=11_00).gaps == ()


def test_stripes_report_becomes_payouts_and_their_lines(take):
    taken = take(STRIPE, take_stripe_report)

    assert (taken.accepted, taken.new, taken.lines, taken.cents) == (True, 2, 3, 66_80 - 65_00)
    payouts = fetch_all(
        "SELECT id, arrives_on, amount_cents, fee_cents FROM payments_payout ORDER BY id"
    )
    assert [tuple(one) for one in payouts] == [
        ("po_1", date(2026, 11, 24), 66_80, 3_20), ("po_2", date(2026, 11, 25), -65_00, 15_00),
    ]  # fmt: skip
    named = fetch_all("SELECT payment_id, refund_id FROM payments_payout_line ORDER BY id")
    assert [tuple(one) for one in named] == [(77, None), (77, 5), (None, None)]


def test_stripes_report_taken_twice_is_stored_once(take, account):
    take(STRIPE, take_stripe_report)

    assert take(STRIPE, take_stripe_report).already_taken
    reconcile_day(day=date(2026, 11, 26), actor=TESTER)
    assert check_books() == ()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("3.20,96.80", "3.20,96.81", "Row 2 cannot be read: gross less fee is not net"),
        ("usd", "eur", "currency is not dollars"),
        ("100.00", "1e2x", "Row 2 cannot be read"),
        ("100.00,3.20,96.80", "100.001,3.20,96.801", "parts of a cent"),
        (",txn_1,", ",,", "names no payout or no transaction"),
        ("2026-11-24 00:00:00,txn_2", "2026-11-25 00:00:00,txn_2", "another day for payout po_1"),
        ("reporting_category", "category", "lacks the column reporting_category"),
    ],
)
def test_a_report_that_cannot_be_read_stores_nothing(take, old, new, words):
    taken = take(STRIPE.replace(old, new, 1), take_stripe_report)

    assert not taken.accepted
    assert words in taken.problems[0]
    assert fetch_all("SELECT 1 FROM payments_payout") == []


def test_a_payout_reported_otherwise_is_refused_whole(take):
    take(STRIPE, take_stripe_report)

    taken = take(STRIPE.replace("-50.00,15.00,-65.00", "-50.00,14.00,-64.00"), take_stripe_report)

    assert not taken.accepted
    assert "reported before with other contents" in taken.problems[0]
