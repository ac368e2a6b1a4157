"""Taking cash and checks at the desk."""

import pytest

from openmember.billing.types import Line
from openmember.desk.tests.reading import open_cents, words
from openmember.members.types import Role
from openmember.payments import queries
from openmember.payments.testing import a_bill, an_account
from openmember.payments.types import Channel, Method

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk_of):
    return desk_of(Role.SUPERVISOR, account=an_account())


@pytest.fixture
def premium(desk):
    return a_bill(desk.account, 100_00)


@pytest.fixture
def visit(desk):
    return a_bill(desk.account, 50_00, line=Line.MEDICAL, title="Visit of October 8")


def payments_of(desk):
    return queries.list_payments(numbers=desk.account.numbers).payments


def test_cash_pays_the_bills_chosen_and_the_rest_is_credit(desk, premium, visit):
    payer = f"person:{desk.account.holder_id}"

    asked = desk.ask("take_payment", amount="60", method="cash", payer=payer, bills=[visit.id])
    desk.do("take_payment", amount="60", method="cash", payer=payer, bills=[visit.id])

    (payment,) = payments_of(desk)
    assert "$10.00" in words(asked)
    assert (payment.channel, payment.method, payment.payer) == (Channel.COUNTER, Method.CASH, payer)
    assert (open_cents(visit), open_cents(premium)) == (0, 100_00)
    assert payment.unapplied_cents == 10_00
    assert desk.audited("payment.accepted")[0].actor.startswith("staff:")


def test_without_a_choice_the_oldest_due_is_paid_and_a_check_keeps_its_number(desk, premium):
    desk.do("take_payment", amount="60", method="check", check_number="1042", payer="guest")

    (payment,) = payments_of(desk)
    assert payment.tender == "Check 1042"
    assert open_cents(premium) == 40_00


def test_a_payment_sent_twice_is_taken_once(desk, premium):
    desk.do("take_payment", amount="100", method="cash", payer="guest", bills=[premium.id])
    answer = desk.do("take_payment", amount="100", method="cash", payer="guest", bills=[premium.id])

    assert "was done already" in words(answer)
    assert len(payments_of(desk)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_used_for_another_amount_takes_nothing(desk):
    desk.do("take_payment", amount="10", method="cash", payer="guest")
    session = desk.client.session
    del session["desk_done"]
    session.save()

    answer = desk.do("take_payment", amount="20", method="cash", payer="guest")

    assert "Nothing was taken" in words(answer)
    assert len(payments_of(desk)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"amount": "0", "method": "cash", "payer": "guest"}, "dollars and cents"),
        ({"amount": "10", "method": "card", "payer": "guest"}, "card is not one of"),
        ({"amount": "10", "method": "check", "payer": "guest"}, "printed on the check"),
        ({"amount": "10", "method": "cash", "payer": "person:0"}, "person:0 is not one of"),
        ({"amount": "10", "method": "cash", "payer": "guest", "bills": ["1"]}, "1 is not one of"),
    ],
)
def test_a_payment_with_a_mistake_is_not_taken(desk, premium, fields, said):
    answer = desk.do("take_payment", **fields)

    assert answer.status_code == 422
    assert said in words(answer)
    assert payments_of(desk) == ()
