"""Moving what a payment settled, and applying its credit, at the desk."""

import pytest

from openmember.billing.types import Line
from openmember.desk.tests.reading import again, open_cents, words
from openmember.members.types import Role
from openmember.payments.jobs import check_books
from openmember.payments.testing import a_bill, a_payment, an_account

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


def test_part_of_what_a_payment_settled_moves_to_another_bill(desk, premium, visit):
    payment = a_payment(desk.account, 80_00, premium)

    desk.do(
        "move",
        payment.reference,
        from_bill=premium.id,
        to_bill=visit.id,
        amount="30",
        reason="Wrong bill",
    )

    assert (open_cents(premium), open_cents(visit)) == (50_00, 20_00)
    assert again(payment).amount_cents == 80_00
    assert desk.audited("allocation.take_back")[0].detail["reason"] == "Wrong bill"
    assert check_books() == ()


def test_a_move_sent_twice_from_two_browsers_is_made_once(desk, premium, visit):
    payment = a_payment(desk.account, 80_00, premium)
    fields = {"from_bill": premium.id, "to_bill": visit.id, "amount": "10", "reason": "Wrong bill"}
    desk.do("move", payment.reference, **fields)
    session = desk.client.session
    del session["desk_done"]
    session.save()

    answer = desk.do("move", payment.reference, **fields)

    assert "was done already" in words(answer)
    assert open_cents(visit) == 40_00


def test_what_is_taken_off_a_bill_can_stay_as_credit(desk, premium):
    payment = a_payment(desk.account, 80_00, premium)

    desk.do(
        "move",
        payment.reference,
        from_bill=premium.id,
        to_bill="credit",
        amount="80",
        reason="Disputed",
    )

    assert again(payment).unapplied_cents == 80_00
    assert desk.balance().credit_cents == 80_00


@pytest.mark.parametrize(
    ("target", "amount", "said"),
    [
        ("visit", "80.01", "Enter $50.00 or less."),
        ("visit", "50.01", "Enter $50.00 or less."),
        ("credit", "80.01", "Enter $80.00 or less."),
        ("premium", "10", "Choose another bill"),
        ("", "10", "An answer is needed here."),
    ],
)
def test_a_move_that_does_not_fit_is_not_made(desk, premium, visit, target, amount, said):
    payment = a_payment(desk.account, 80_00, premium)
    to_bill = {"visit": visit.id, "premium": premium.id}.get(target, target)

    answer = desk.do(
        "move",
        payment.reference,
        from_bill=premium.id,
        to_bill=to_bill,
        amount=amount,
        reason="Wrong",
    )

    assert said in words(answer)
    assert again(payment).allocations == payment.allocations


def test_credit_is_applied_to_the_bill_chosen(desk):
    payment = a_payment(desk.account, 80_00)
    premium, visit = a_bill(desk.account, 100_00), a_bill(desk.account, 50_00, line=Line.MEDICAL)

    desk.do("apply", payment.reference, amount="50", bills=[visit.id])
    twice = desk.do("apply", payment.reference, amount="50", bills=[visit.id])

    assert "was done already" in words(twice)
    assert (open_cents(premium), open_cents(visit)) == (100_00, 0)
    assert again(payment).unapplied_cents == 30_00
    assert len(desk.audited("allocation.apply")) == 1


@pytest.mark.parametrize(
    ("amount", "said"), [("80.01", "Enter $80.00 or less."), ("60", "only $50.00 open")]
)
def test_credit_beyond_what_there_is_or_what_is_open_is_not_applied(desk, amount, said):
    payment = a_payment(desk.account, 80_00)
    visit = a_bill(desk.account, 50_00)

    answer = desk.do("apply", payment.reference, amount=amount, bills=[visit.id])

    assert said in words(answer)
    assert again(payment).unapplied_cents == 80_00
