"""What no rule matched is worked by people: matched, explained, left as timing, taken apart again."""

from datetime import timedelta

import pytest
from django.db import transaction

from openmember.kernel.sql import fetch_all
from openmember.ledger.types import Code
from openmember.members.types import Actor, NotAllowed, Role
from openmember.payments.jobs import check_books
from openmember.payments.reconciliation import queries
from openmember.payments.reconciliation.services import working
from openmember.payments.reconciliation.services.working import WorkRefused
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.reconciliation.tests.test_matching import (
    pay,
    pay_by_card,
    reconcile,
    standing,
    status,
)
from openmember.payments.reconciliation.types import Side
from openmember.payments.testing import TODAY
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db

ROSA = Actor("staff", 1, roles=frozenset({Role.FINANCE}))
SAM = Actor("staff", 2, roles=frozenset({Role.FINANCE}))
LATE = TODAY + timedelta(days=20)


def entries(side: Side):
    return queries.list_queue(today=LATE, side=side).entries


def ids(*sides: Side) -> list[int]:
    return [entry.id for side in sides for entry in entries(side)]


def match(*entry_ids: int, actor=ROSA):
    return working.match_by_hand(entry_ids=entry_ids, reason="Same deposit", on=LATE, actor=actor)


def explain(entry_ids, code=Code.CASH_OVER_SHORT, actor=ROSA):
    return working.explain(
        entry_ids=entry_ids, reason="Counted again", code=code, on=LATE, actor=actor
    )


def test_one_deposit_is_matched_with_many_payments(account):
    payments = [pay(account, 40_00), pay(account, 25_00, on=TODAY - timedelta(days=1))]
    a_bank_day(TODAY + timedelta(days=1), a_line(65_00))
    reconcile()

    match(*ids(Side.BANK, Side.BOOKS))

    assert {status(one) for one in payments} == {Status.SETTLED}
    assert standing() == {
        Code.DRAWERS: 65_00
    }  # Booked on the day it was matched, which is next month.
    assert queries.list_queue(today=LATE).total == 0
    assert check_books() == ()


def test_sides_that_differ_are_refused(account):
    pay(account, 40_00)
    a_bank_day(TODAY + timedelta(days=1), a_line(39_00))
    reconcile()

    with pytest.raises(WorkRefused, match="differ by -100 cents"):
        match(*ids(Side.BANK, Side.BOOKS))


def test_a_small_difference_is_explained_by_one_person(account):
    payment = pay(account, 40_00)
    a_bank_day(TODAY, a_line(39_00))
    reconcile()

    made = working.explain(
        entry_ids=ids(Side.BANK, Side.BOOKS), reason="A dollar short in the drawer",
        code=Code.CASH_OVER_SHORT, on=TODAY, actor=ROSA,
    )  # fmt: skip

    assert (made.state, made.posted_cents) == ("made", -1_00)
    assert status(payment) is Status.SETTLED
    assert standing() == {Code.BANK: 39_00, Code.CASH_OVER_SHORT: 1_00}
    assert check_books() == ()


def test_a_large_difference_waits_for_a_second_person(account):
    a_bank_day(TODAY, a_line(-250_00, text="SERVICE CHARGE"))
    reconcile()
    made = working.explain(
        entry_ids=ids(Side.BANK), reason="Bank fees of the quarter", code=Code.PROCESSOR_FEES,
        on=TODAY, actor=ROSA,
    )  # fmt: skip

    assert made.state == "waiting"
    assert standing() == {}
    assert [one.is_waiting for one in queries.list_queue(today=LATE).entries] == [True]
    with pytest.raises(WorkRefused, match="a second person has to agree"), transaction.atomic():
        working.approve_match(match_id=made.id, on=TODAY, actor=ROSA)

    agreed = working.approve_match(match_id=made.id, on=TODAY, actor=SAM)

    assert (agreed.state, agreed.approved_by) == ("made", "staff:2")
    assert standing() == {Code.BANK: -250_00, Code.PROCESSOR_FEES: 250_00}
    assert queries.list_queue(today=LATE).total == 0
    assert check_books() == ()


def test_small_differences_of_one_person_and_day_add_up(account):
    a_bank_day(TODAY, a_line(-60_00), a_line(-50_00))
    reconcile()
    first, second = ids(Side.BANK)

    assert explain([first]).state == "made"
    waiting = explain([second])
    assert waiting.state == "waiting"
    working.undo_match(match_id=waiting.id, reason="Later", on=LATE, actor=ROSA)
    assert explain([second], actor=SAM).state == "made", "another person has a limit of their own"


def test_what_two_people_made_two_take_apart(account):
    a_bank_day(TODAY, a_line(-250_00))
    reconcile()
    made = explain(ids(Side.BANK))
    working.approve_match(match_id=made.id, on=LATE, actor=SAM)

    asked = working.undo_match(match_id=made.id, reason="Twice", on=LATE, actor=ROSA)
    assert (asked.state, asked.undo_asked_by) == ("made", "staff:1")
    with pytest.raises(WorkRefused, match="second person"), transaction.atomic():
        working.undo_match(match_id=made.id, reason="Twice", on=LATE, actor=ROSA)
    undone = working.undo_match(match_id=made.id, reason="Agreed", on=LATE, actor=SAM)

    assert (undone.state, undone.undone_by) == ("undone", "staff:2")
    assert standing() == {}
    assert check_books() == ()


def test_what_was_proposed_can_be_rejected(account):
    a_bank_day(TODAY, a_line(-250_00))
    reconcile()
    made = explain(ids(Side.BANK))

    rejected = working.undo_match(match_id=made.id, reason="Not ours", on=TODAY, actor=SAM)

    assert rejected.state == "rejected"
    assert [one.match_id for one in entries(Side.BANK)] == [None]
    assert standing() == {}
    assert check_books() == ()


def test_a_match_taken_apart_puts_everything_back(account):
    pay(account, 40_00)
    a_bank_day(TODAY, a_line(39_00))
    reconcile()
    made = working.explain(
        entry_ids=ids(Side.BANK, Side.BOOKS),
        reason="Short",
        code=Code.CASH_OVER_SHORT,
        on=TODAY,
        actor=ROSA,
    )

    working.undo_match(match_id=made.id, reason="Wrong drawer", on=TODAY, actor=SAM)

    assert standing() == {Code.DRAWERS: 40_00}
    assert len(entries(Side.BANK)) == len(entries(Side.BOOKS)) == 1
    assert check_books() == ()
    past = queries.list_past_matches(entry=entries(Side.BANK)[0], today=LATE)
    assert [(one.state, one.undone_reason) for one in past] == [("undone", "Wrong drawer")]

    again = working.explain(
        entry_ids=ids(Side.BANK, Side.BOOKS),
        reason="Short",
        code=Code.CASH_OVER_SHORT,
        on=TODAY,
        actor=ROSA,
    )
    assert again.id != made.id
    assert standing() == {Code.BANK: 39_00, Code.CASH_OVER_SHORT: 1_00}
    assert check_books() == ()


def test_a_match_is_taken_apart_once(account):
    pay(account, 40_00)
    a_bank_day(TODAY, a_line(40_00))
    reconcile()
    made = queries.get_match(
        match_id=fetch_all("SELECT id FROM payments_recon_match")[0].id, today=LATE
    )
    working.undo_match(match_id=made.id, reason="Twice", on=TODAY, actor=ROSA)

    with pytest.raises(WorkRefused, match="taken apart already"):
        working.undo_match(match_id=made.id, reason="Twice", on=TODAY, actor=ROSA)


def test_a_payout_taken_apart_takes_its_payments_back_to_clearing(account):
    pay_by_card(account, 100_00)
    reconcile(TODAY)
    (payout,) = fetch_all("SELECT id, amount_cents FROM payments_payout")
    a_bank_day(TODAY + timedelta(days=2), a_line(payout.amount_cents, payout.id))
    reconcile()
    assert Code.CARD_CLEARING not in standing()
    (line,) = fetch_all("SELECT id, match_id FROM payments_recon_entry WHERE side = 'bank'")

    working.undo_match(match_id=line.match_id, reason="Another payout", on=TODAY, actor=ROSA)

    assert standing()[Code.CARD_CLEARING] == 100_00
    assert check_books() == ()


def test_an_entry_is_in_one_match_only(account):
    pay(account, 40_00)
    a_bank_day(TODAY, a_line(40_00))
    reconcile()
    taken = [row.id for row in fetch_all("SELECT id FROM payments_recon_entry")]

    with pytest.raises(WorkRefused, match="matched already"):
        match(*taken)


def test_timing_stays_in_the_queue_and_counts_as_reviewed(account):
    pay(account, 40_00)
    reconcile()
    (entry,) = entries(Side.BOOKS)
    assert queries.count_unreviewed(until=LATE) == (1, 40_00)

    working.leave_as_timing(entry_id=entry.id, reason="Deposited on Friday", actor=ROSA)

    assert queries.list_queue(today=LATE).total == 1
    assert queries.count_unreviewed(until=LATE) == (0, 0)
    assert [note.text for note in queries.list_notes(entry=entry)] == ["Deposited on Friday"]


def test_suggestions_say_why(account):
    pay(account, 45_00)
    a_bank_day(TODAY + timedelta(days=9), a_line(45_00), a_line(54_00))
    reconcile(TODAY + timedelta(days=9))

    same, swapped = (
        [one.why for one in queries.suggest(entry=line, today=LATE)] for line in entries(Side.BANK)
    )

    assert same == ["the same amount, 9 days apart"]
    assert swapped == ["the same digits, two of them swapped"]


def test_three_sides_at_once_are_refused(account):
    pay_by_card(account, 100_00)
    pay(account, 40_00)
    a_bank_day(TODAY, a_line(1_00))
    reconcile(TODAY)

    with pytest.raises(WorkRefused):
        match(*ids(Side.BANK, Side.PAYOUT, Side.BOOKS))


def test_who_may_not_reconcile_does_not(account):
    pay(account, 40_00)
    reconcile()

    with pytest.raises(NotAllowed):
        explain(ids(Side.BOOKS), actor=Actor("staff", 3, roles=frozenset({Role.BILLING})))


def test_everything_done_is_audited(account):
    a_bank_day(TODAY, a_line(-250_00))
    reconcile()
    made = explain(ids(Side.BANK))
    working.approve_match(match_id=made.id, on=TODAY, actor=SAM)
    working.undo_match(match_id=made.id, reason="Twice", on=TODAY, actor=ROSA)

    rows = fetch_all(
        "SELECT action, actor FROM kernel_audit_entry WHERE action LIKE 'reconcile.%' ORDER BY id"
    )

    assert [row.action for row in rows] == [
        "reconcile.run", "reconcile.propose", "reconcile.approve", "reconcile.ask_undo",
    ]  # fmt: skip
