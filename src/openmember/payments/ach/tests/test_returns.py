"""What banks send back, and what follows. Source: docs/rules 6.1."""

from datetime import date, datetime, timedelta

import pytest

from openmember.billing import queries as billing
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.payments import queries
from openmember.payments.ach import models, rules
from openmember.payments.ach import queries as ach
from openmember.payments.ach.services import files
from openmember.payments.ach.testing import (
    NOON,
    a_bank_account,
    a_debit,
    a_file,
    entries_of,
    sent_back,
    take_back,
)
from openmember.payments.ach.tests.returning import again, cash, drawn, open_exceptions, waiting
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import merge_accounts, reverse_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db


def test_a_returned_debit_opens_its_bill_again(tmp_path):
    account = an_account()
    bill = a_bill(account, 40_00)
    payment, entry = drawn(tmp_path, account)

    taken = take_back(tmp_path, [sent_back(entry, "R02")])

    assert (taken.accepted, taken.posted) == (True, 1)
    assert again(payment).status is Status.RETURNED
    assert (
        billing.get_bill(numbers=account.numbers, bill_id=bill.id, today=TODAY).open_cents == 40_00
    )
    assert check_books() == ()


def test_the_same_file_again_and_the_same_return_in_another_change_nothing(tmp_path):
    payment, entry = drawn(tmp_path, an_account())
    first = take_back(tmp_path, [sent_back(entry, "R02")])

    twice = take_back(tmp_path, [sent_back(entry, "R02")])
    another = take_back(tmp_path, [sent_back(entry, "R02"), sent_back(entry, "R03")])

    assert (first.posted, twice.already_taken, twice.posted) == (1, True, 0)
    assert [(row["outcome"], row["count"]) for row in another.returns] == [("repeated", 1)] * 2
    assert len(queries.list_moves(payment=again(payment))) == 4
    assert check_books() == ()


def test_a_return_that_overtakes_the_acknowledgement_is_booked_once(tmp_path):
    account = an_account()
    payment = a_debit(account)
    file = a_file(tmp_path, acknowledged=False)
    (entry,) = entries_of(tmp_path, file)

    take_back(tmp_path, [sent_back(entry, "R02")])
    files.acknowledge_file(file=file, actor=TESTER)
    files.settle_files(on=date(2026, 11, 30), actor=TESTER)

    moves = [move.to_status for move in queries.list_moves(payment=again(payment))]
    assert moves == ["authorising", "accepted", "returned"]
    assert get_balance(account_number=account.number).credit_cents == 0
    assert check_books() == ()


def test_a_file_of_which_entries_came_back_cannot_have_been_refused(tmp_path):
    a_debit(an_account())
    file = a_file(tmp_path, acknowledged=False)
    take_back(tmp_path, [sent_back(entries_of(tmp_path, file)[0], "R02")])

    with pytest.raises(files.FileRefused, match="took the file"):
        files.reject_file(file=file, reason="wrong", actor=TESTER)


def test_insufficient_funds_are_tried_twice_more_and_no_further(tmp_path):
    account = an_account()
    a_bill(account, 40_00)
    _, entry = drawn(tmp_path, account)
    day = datetime(2026, 11, 25, 12, 0, tzinfo=NOON.tzinfo)
    attempts = []

    for _ in range(4):
        take_back(tmp_path, [sent_back(entry, "R01")], made_on=f"{day:%y%m%d}")
        queued = waiting(account)
        if not queued:
            break
        day += timedelta(days=20)
        file = a_file(tmp_path, settled=True, file_on=day.date(), now=day)
        (entry,) = entries_of(tmp_path, file)
        attempts.append((entry.batch.description, entry.amount_cents))

    assert attempts == [("RETRY PYMT", 40_00)] * 2
    assert get_balance(account_number=account.number).owed_cents == 40_00
    assert check_books() == ()


def test_no_retry_after_180_days(tmp_path):
    account = an_account()
    a_bill(account, 40_00)
    _, entry = drawn(tmp_path, account)

    take_back(tmp_path, [sent_back(entry, "R09")], made_on="270522")

    assert waiting(account) == []


def test_a_retry_is_dropped_when_the_money_came_another_way(tmp_path):
    account = an_account()
    a_bill(account, 40_00)
    _, entry = drawn(tmp_path, account)
    take_back(tmp_path, [sent_back(entry, "R01")])
    (queued,) = waiting(account)
    a_payment(account, 40_00)

    made = files.make_files(file_on=date(2026, 12, 10), now=NOON, folder=tmp_path, actor=TESTER)

    assert made.written == ()
    assert again(queued).decline_reason == "paid_otherwise"
    assert check_books() == ()


def test_a_retry_is_dropped_when_its_bill_was_paid_though_another_came_due(tmp_path):
    account = an_account()
    bill = a_bill(account, 40_00)
    _, entry = drawn(tmp_path, account, bill_ids=(bill.id,))
    take_back(tmp_path, [sent_back(entry, "R01")])
    (queued,) = waiting(account)
    a_payment(account, 40_00, bill)
    a_bill(account, 55_00)

    made = files.make_files(file_on=date(2026, 12, 10), now=NOON, folder=tmp_path, actor=TESTER)

    assert made.written == ()
    assert again(queued).decline_reason == "paid_otherwise"
    assert check_books() == ()


@pytest.mark.parametrize(
    ("code", "made_on", "late"),
    [
        ("R02", "261127", False),
        ("R02", "261130", True),
        ("R10", "270125", False),
        ("R10", "270126", True),
    ],
)
def test_a_late_return_is_booked_and_given_to_a_person(tmp_path, code, made_on, late):
    payment, entry = drawn(tmp_path, an_account())  # Booked on Tuesday, November 24.

    take_back(tmp_path, [sent_back(entry, code)], made_on=made_on)

    assert again(payment).status is Status.RETURNED
    assert (("late", code) in open_exceptions()) is late


def test_what_matches_nothing_waits_for_a_person(tmp_path):
    payment, entry = drawn(tmp_path, an_account())
    unknown = sent_back(entry, trace="121042889999999")
    other_amount = sent_back(entry, amount_cents=entry.amount_cents + 1)
    other_bank = sent_back(entry, trace="231380100000001")

    taken = take_back(tmp_path, [unknown, other_amount, other_bank])

    assert (taken.posted, taken.exceptions) == (0, 3)
    assert open_exceptions() == [("unmatched", "R01")] * 3
    assert again(payment).status is Status.SETTLED
    assert check_books() == ()


def test_entries_alike_in_trace_and_amount_are_told_apart_by_the_payment(tmp_path):
    """Trace numbers come round again after ten million entries."""
    first = a_debit(an_account())
    a_file(tmp_path, settled=True)
    (old,) = entries_of(tmp_path, ach.list_files()[0])
    (row,) = fetch_all("SELECT id FROM payments_ach_entry")
    fetch_all("SELECT setval('payments_ach_entry_id', %(id)s)", {"id": row.id + 9_999_900 - 1})
    second = a_debit(an_account())
    file = a_file(tmp_path, settled=True)
    (new,) = entries_of(tmp_path, file)
    assert old.trace == new.trace

    taken = take_back(tmp_path, [sent_back(new, "R02"), sent_back(old, "R02", individual_id="")])

    assert (again(first).status, again(second).status) == (Status.SETTLED, Status.RETURNED)
    assert (taken.posted, open_exceptions()) == (1, [("ambiguous", "R02")])


def test_a_return_the_desk_booked_before_its_file_came_is_booked_once(tmp_path):
    account = an_account()
    payment, entry = drawn(tmp_path, account)
    reverse_payment(
        payment=payment,
        to=Status.RETURNED,
        reason="the bank called",
        reversed_on=TODAY,
        actor=TESTER,
    )

    taken = take_back(tmp_path, [sent_back(entry, "R02")])

    assert [(row["outcome"], row["count"]) for row in taken.returns] == [("applied", 1)]
    assert (open_exceptions(), cash()) == ([], 0)
    assert check_books() == ()


def test_a_return_for_a_joined_account_follows_it(tmp_path):
    account, into = an_account(), an_account()
    payment, entry = drawn(tmp_path, account)
    merge_accounts(account=account, into=into, merged_on=TODAY, actor=TESTER)

    take_back(tmp_path, [sent_back(entry, "R01")])

    assert get_balance(account_number=into.number).credit_cents == 0
    assert again(payment).status is Status.RETURNED
    assert check_books() == ()


def test_no_state_has_a_fee_that_nobody_verified():
    assert rules.fees_by_state() == {}


def test_a_prenote_that_comes_back_stops_the_bank_account(tmp_path):
    account = an_account()
    bank = a_bank_account(account, prenote=True)
    (entry,) = entries_of(tmp_path, a_file(tmp_path))

    take_back(tmp_path, [sent_back(entry, "R03")])

    assert ach.get_bank_account(numbers=account.numbers, bank_id=bank.id).stop_code == "R03"
    assert check_books() == ()


def test_a_file_that_is_not_sound_changes_nothing(tmp_path):
    from openmember.exchange.nacha.testing import compose_returns
    from openmember.payments.ach.services.returns import take_answers

    payment, entry = drawn(tmp_path, an_account())
    path = tmp_path / "broken"
    path.write_bytes(compose_returns([sent_back(entry, "R02")]).replace(b"R02", b"R99"))

    taken = take_answers(path=path, actor=TESTER)

    assert (taken.accepted, taken.report.error_count, taken.posted) == (False, 1, 0)
    assert again(payment).status is Status.SETTLED
    assert fetch_all("SELECT 1 FROM payments_ach_return_row") == []


def test_a_dry_run_says_what_is_there_and_changes_nothing(tmp_path):
    payment, entry = drawn(tmp_path, an_account())

    taken = take_back(tmp_path, [sent_back(entry, "R02")], dry_run=True)

    assert (taken.accepted, taken.posted) == (True, 0)
    assert again(payment).status is Status.SETTLED
    assert not models.AchAnswerFile.objects.exists()


def test_the_unauthorised_rate_counts_what_was_never_agreed_to(tmp_path):
    for _ in range(8):
        a_debit(an_account())
    entries = entries_of(tmp_path, a_file(tmp_path, settled=True))
    take_back(tmp_path, [sent_back(entries[0], "R10"), sent_back(entries[1], "R01")])

    point, limit = ach.get_unauthorised_rate(on=date(2026, 12, 31))

    assert (point.debits, point.unauthorised, float(point.percent)) == (8, 1, 12.5)
    assert (float(limit.value), limit.confidence) == (0.5, "secondary")


def test_a_fee_is_asked_where_the_state_has_one(tmp_path, monkeypatch):
    monkeypatch.setattr(rules, "fees_by_state", lambda: {"CA": 25_00})
    from openmember.payments.testing import a_member

    there, elsewhere = (
        an_account(holder=a_member(address=address(state))) for state in ("CA", "OR")
    )
    for account in (there, elsewhere):
        a_debit(account)
    entries = entries_of(tmp_path, a_file(tmp_path, settled=True))

    take_back(tmp_path, [sent_back(entry, "R01") for entry in entries])

    assert get_balance(account_number=there.number).medical_cents == 25_00
    assert get_balance(account_number=elsewhere.number).owed_cents == 0
    assert check_books() == ()


def address(state):
    from openmember.members.types import Address

    return Address(street="1 Main St", city="Town", state=state, postal_code="90001")
