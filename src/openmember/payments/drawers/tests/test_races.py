"""Two at once: one form on two lines, a count against a payment, one paper receipt for two people."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from openmember.payments.drawers import queries
from openmember.payments.drawers.services.opening import open_drawer
from openmember.payments.drawers.services.paper import issue_range
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.payments.drawers.testing import a_visit, count, take
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.queries import list_payments
from openmember.payments.testing import TODAY, an_account

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def drawer(transactional_db, facility, cashier):
    ensure_months(TODAY)
    return open_drawer(
        facility=facility, name="Pharmacy 1", float_cents=200_00, on=TODAY, actor=cashier
    )


def at_once(*acts):
    """Do these at the same moment and return what each gave, or the refusal it met."""

    def do(act):
        try:
            return act()
        except CounterRefused as refused:
            return refused.name
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(do, acts))


def test_one_form_on_two_lines_is_taken_once(drawer, cashier):
    account = an_account()

    first, second = at_once(
        *[lambda: take(account, drawer, cashier, a_visit(10_00, key="same"))] * 2
    )

    assert first.reference == second.reference
    assert len(list_payments(numbers=account.numbers).payments) == 1
    assert check_books() == ()


def test_a_payment_is_counted_or_refused_and_never_lost(drawer, cashier):
    account = an_account()

    at_once(
        lambda: take(account, drawer, cashier, a_visit(10_00)),
        lambda: count(drawer, cashier, 210_00),
    )

    taken = list_payments(numbers=account.numbers).payments
    counted = queries.get_counted(drawer_id=drawer.id, facility=drawer.facility)
    assert counted.expected_cash_cents == 200_00 + 10_00 * len(taken)
    assert check_books() == ()


def test_one_paper_receipt_is_keyed_for_one_of_two(drawer, cashier, facility, supervisor):
    issue_range(facility=facility, first=1, last=9, on=TODAY, actor=supervisor)
    accounts = [an_account(), an_account()]

    done = at_once(
        *[
            lambda account=account: take(account, drawer, cashier, a_visit(10_00, paper=5))
            for account in accounts
        ]
    )

    assert done.count("keyed_before") == 1
    assert sum(len(list_payments(numbers=one.numbers).payments) for one in accounts) == 1
    assert check_books() == ()
