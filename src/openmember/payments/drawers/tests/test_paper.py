"""Numbered receipts on paper: issued in ranges, keyed once."""

import pytest

from openmember.members.types import NotAllowed
from openmember.payments.drawers import queries
from openmember.payments.drawers.services.paper import issue_range, spoil_receipt
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.payments.drawers.testing import a_visit, take
from openmember.payments.jobs import check_books
from openmember.payments.queries import list_payments
from openmember.payments.testing import TODAY, an_account
from openmember.payments.types import Method

pytestmark = pytest.mark.django_db


@pytest.fixture
def pad(facility, supervisor, books):
    issue_range(facility=facility, first=100, last=149, on=TODAY, actor=supervisor)


def test_a_paper_receipt_is_keyed_and_found_on_its_payment(pad, account, drawer, cashier, facility):
    receipt = take(account, drawer, cashier, a_visit(10_00, paper=120))

    (pad,) = queries.list_paper_ranges(facility=facility.code)
    assert receipt.taken[0].paper_number == 120
    assert (pad.keyed, pad.left) == (1, 49)
    assert check_books() == ()


def test_it_is_keyed_no_second_time_for_anybody(pad, account, drawer, cashier):
    take(account, drawer, cashier, a_visit(10_00, paper=120))
    other = an_account()

    with pytest.raises(CounterRefused, match="keyed before"):
        take(other, drawer, cashier, a_visit(10_00, paper=120))
    assert list_payments(numbers=other.numbers).payments == ()


def test_a_number_nobody_issued_is_refused(pad, account, drawer, cashier):
    with pytest.raises(CounterRefused, match="no paper receipt of this number"):
        take(account, drawer, cashier, a_visit(10_00, paper=150))


def test_a_spoiled_number_takes_nothing(pad, account, drawer, cashier, facility, supervisor):
    spoil_receipt(facility=facility, number=121, reason="torn", actor=supervisor)

    with pytest.raises(CounterRefused, match="keyed before"):
        take(account, drawer, cashier, a_visit(10_00, paper=121))


def test_a_paper_receipt_is_for_one_way_of_paying(pad, account, drawer, cashier):
    with pytest.raises(CounterRefused, match="one way"):
        take(account, drawer, cashier, a_visit(10_00, paper=122, cash_cents=5_00, rest=Method.CARD))


def test_numbers_are_issued_once_and_by_a_supervisor(pad, facility, cashier, supervisor):
    with pytest.raises(CounterRefused, match="issued before"):
        issue_range(facility=facility, first=149, last=160, on=TODAY, actor=supervisor)
    with pytest.raises(CounterRefused, match="goes up"):
        issue_range(facility=facility, first=300, last=200, on=TODAY, actor=supervisor)
    with pytest.raises(NotAllowed):
        issue_range(facility=facility, first=500, last=510, on=TODAY, actor=cashier)
