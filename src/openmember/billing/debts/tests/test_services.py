"""Bad debts, write-offs and who may decide them."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError

from openmember.accounts.testing import an_account
from openmember.billing import queries as billing
from openmember.billing.debts import jobs, queries, services
from openmember.billing.testing import a_bill
from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance, list_transfers
from openmember.ledger.types import Code
from openmember.members.testing import TESTER, TODAY, a_member
from openmember.members.types import Actor, Address, NotAllowed, Role

pytestmark = pytest.mark.django_db

FINANCE = frozenset({Role.FINANCE})
ANN, BOB = Actor("staff", 1, roles=FINANCE), Actor("staff", 2, roles=FINANCE)
LATER = TODAY + timedelta(days=200)


@pytest.fixture
def account():
    return an_account(holder=a_member(address=Address(state="GA")))


@pytest.fixture
def visit(account):
    return a_bill(account, 400_00, line=Line.MEDICAL, issued_on=TODAY, due_on=TODAY)


def again(bill, today=TODAY):
    return billing.get_bill(numbers=(bill.account_number,), bill_id=bill.id, today=today)


def propose(bill, cents, *, key="one", actor=ANN):
    return services.propose_write_off(
        bill=bill, amount_cents=cents, key=key, reason="cannot pay", on=TODAY, actor=actor
    )


def decide(write_off, actor, *, approved=True):
    return services.decide_write_off(
        write_off=write_off, approved=approved, decision="", on=TODAY, actor=actor
    )


def place(bill, on, actor=ANN):
    return services.place_bad_debt(bill=bill, reason="no answer", on=on, actor=actor)


def test_a_bill_is_placed_once_after_the_law_allows_it(visit):
    with pytest.raises(services.Barred, match="R501-NOTIFY: 26 CFR"):
        place(visit, TODAY + timedelta(days=120))

    assert place(visit, TODAY + timedelta(days=121))
    assert not place(visit, TODAY + timedelta(days=122))


def test_an_application_takes_placed_bills_back_and_bars_new_ones(account, visit):
    place(visit, LATER)

    recalled = services.stop_collection(
        account_number=account.number, key="A-1", cause="application", on=LATER, actor=TESTER
    )

    assert recalled == 1
    assert (
        queries.get_debt(bill=visit, today=LATER).placements[0].recall_reason
        == "collection stopped: application"
    )
    with pytest.raises(services.Barred, match="application_open"):
        place(visit, LATER)
    services.resume_collection(account_number=account.number, key="A-1", on=LATER, actor=TESTER)
    assert place(visit, LATER)


def test_only_who_may_write_off_may_place(visit):
    with pytest.raises(NotAllowed):
        place(visit, LATER, actor=Actor("staff", 3, roles=frozenset({Role.BILLING})))


def test_a_small_amount_is_written_off_at_once(account, visit):
    done = propose(visit, 25_00)

    assert (done.status, again(visit).open_cents) == ("approved", 375_00)
    last = list_transfers(account_number=account.number)[0]
    assert (last.debit, last.credit, last.amount_cents) == (
        Code.WRITE_OFF, Code.MEDICAL_RECEIVABLE, 25_00,
    )  # fmt: skip
    assert queries.list_differences() == ()


def test_above_the_limit_a_second_person_approves(visit):
    asked = propose(visit, 25_01)

    assert (asked.status, again(visit).open_cents) == ("proposed", 400_00)
    with pytest.raises(services.DebtRefused, match="somebody else approves"):
        decide(asked, ANN)
    assert decide(asked, BOB).status == "approved"
    assert decide(asked, BOB).status == "approved"
    assert again(visit).open_cents == 374_99
    assert queries.list_differences() == ()


def test_parts_below_the_limit_do_not_add_up_past_it(visit):
    propose(visit, 20_00, key="one")

    assert propose(visit, 20_00, key="two").status == "proposed"


def test_many_bills_of_an_account_do_not_add_up_past_it_either(account, visit):
    other = a_bill(account, 400_00, line=Line.MEDICAL, issued_on=TODAY, due_on=TODAY)
    propose(visit, 20_00, key="one")

    assert propose(other, 5_01, key="two").status == "proposed"
    assert propose(visit, 5_00, key="three").status == "approved"


def test_the_database_itself_refuses_one_pair_of_eyes(visit):
    asked = propose(visit, 100_00)

    with pytest.raises(DatabaseError, match="four_eyes"), transaction.atomic():
        fetch_all(
            "UPDATE billing_write_off SET status = 'approved', decided_by = proposed_by,"
            " decided_on = %s WHERE id = %s",
            [TODAY, asked.id],
        )


def test_a_refused_write_off_leaves_the_bill_as_it_is(visit):
    asked = propose(visit, 100_00)

    assert decide(asked, BOB, approved=False).status == "refused"
    assert again(visit) == visit
    with pytest.raises(services.DebtRefused, match="refused already"):
        decide(asked, BOB)


def test_a_key_asks_once(visit):
    assert propose(visit, 100_00) == propose(visit, 100_00)
    with pytest.raises(services.DebtRefused, match="another write-off"):
        propose(visit, 99_00)


@pytest.mark.parametrize("cents", [0, -1, 400_01])
def test_no_more_than_is_open_is_written_off(visit, cents):
    with pytest.raises(services.DebtRefused):
        propose(visit, cents)


def test_a_written_off_bill_is_asked_for_again_up_to_what_was_written_off(account, visit):
    propose(visit, 25_00)

    with pytest.raises(services.DebtRefused, match="2500 cents"):
        services.recover_written_off(
            bill=visit, amount_cents=25_01, reason="paid", on=TODAY, actor=TESTER
        )
    services.recover_written_off(
        bill=visit, amount_cents=25_00, reason="paid", on=TODAY, actor=TESTER
    )
    assert get_balance(account_number=account.number).medical_cents == 400_00
    assert queries.list_differences() == ()


def test_small_old_balances_are_written_off_and_others_kept(account):
    old = {"line": Line.MEDICAL, "issued_on": date(2026, 1, 1), "due_on": date(2026, 1, 31)}
    small = a_bill(account, 4_99, **old)
    large = a_bill(an_account(), 5_00, **old)
    premium = a_bill(an_account(), 4_99, issued_on=date(2026, 1, 1), due_on=date(2026, 1, 31))
    stopped = a_bill(an_account(), 4_99, **old)
    services.stop_collection(
        account_number=stopped.account_number, key="k", cause="other", on=TODAY, actor=TESTER
    )

    done = [jobs.write_off_small_balances(today=TODAY) for _time in range(2)]

    assert done == [1, 0]
    assert again(small).open_cents == 0
    assert [again(bill).open_cents for bill in (large, premium, stopped)] == [5_00, 4_99, 4_99]
