"""What a gateway says that does not go with what we know: booked by nobody but a person."""

import pytest
from django.db import transaction

from openmember.kernel.sql import fetch_all
from openmember.members.types import NotAllowed, Role
from openmember.payments.disputes import queries
from openmember.payments.disputes.services import AlreadyResolved, CannotResolve, resolve
from openmember.payments.disputes.tests.conftest import Payer
from openmember.payments.disputes.types import Act, Trouble
from openmember.payments.jobs import check_books
from openmember.payments.queries import list_payments, list_refunds
from openmember.payments.services.gateway import list_waiting
from openmember.payments.testing import TESTER, TODAY, staff
from openmember.payments.types import Status

BILLING = staff(Role.BILLING)


def the_exception():
    (one,) = queries.list_open_exceptions()
    return one


def close(act: Act, actor=BILLING, exception=None):
    resolve(
        exception=exception or the_exception(),
        act=act,
        note="Seen at Stripe.",
        on=TODAY,
        actor=actor,
    )


def moved_otherwise(payer, currency: str) -> None:
    """Have 30 dollars given back, of which the gateway says 25, or 30 in another currency."""
    intent = payer.double.intents[payer.double.sessions[payer.session]["payment_intent"]]
    payer.double.refund_differs_by = -5_00 if currency == "usd" else 0
    intent["currency"] = currency
    payer.refunds(30_00)
    intent["currency"] = "usd"


@pytest.fixture
def unpaid(db, stripe):
    """Somebody who paid at Stripe, of which we have not heard yet."""
    yield (payer := Payer(stripe))
    assert payer.first.account_number == payer.account.number
    assert check_books() == ()


@pytest.mark.parametrize(
    ("cents", "currency"), [(90_00, "usd"), (110_00, "usd"), (100_00, "eur"), (0, "usd")]
)
def test_another_amount_or_currency_is_not_booked(unpaid, cents, currency):
    unpaid.double.takes_instead(unpaid.session, cents, currency)

    unpaid.pays()
    unpaid.hears()
    unpaid.pays()

    one = the_exception()
    assert (one.trouble, one.our_cents) == (Trouble.MISMATCH, 100_00)
    assert (one.their_cents, one.their_currency) == (cents, currency)
    assert (unpaid.payment.is_waiting, unpaid.owed_cents) == (True, 100_00)
    assert list_waiting(older_than_seconds=-60) == ()


def test_a_person_books_what_the_gateway_took(unpaid):
    unpaid.double.takes_instead(unpaid.session, 90_00)
    unpaid.pays()

    close(Act.BOOK)

    booked, ours = list_payments(numbers=unpaid.account.numbers).payments
    assert (booked.amount_cents, booked.status, booked.gateway) == (
        90_00,
        Status.ACCEPTED,
        "stripe",
    )
    assert (ours.status, ours.decline_reason) == (Status.DECLINED, "other_amount")
    assert unpaid.owed_cents == 10_00


def test_a_person_books_nothing_and_says_why(unpaid):
    unpaid.double.takes_instead(unpaid.session, 90_00)
    unpaid.pays()

    close(Act.NOTE)
    unpaid.hears()

    assert (unpaid.payment.status, unpaid.owed_cents) == (Status.DECLINED, 100_00)
    assert queries.list_open_exceptions() == ()


def test_money_in_another_currency_cannot_be_booked(unpaid):
    unpaid.double.takes_instead(unpaid.session, 100_00, "eur")
    unpaid.pays()

    with pytest.raises(CannotResolve):
        close(Act.BOOK)


def test_another_amount_given_back_is_not_booked(payer):
    payer.double.refund_differs_by = -5_00
    payer.refunds(30_00)

    one = the_exception()
    assert (one.trouble, one.our_cents, one.their_cents) == (Trouble.REFUND_MISMATCH, 30_00, 25_00)
    assert [refund.status for refund in list_refunds(payment=payer.payment)] == ["requested"]

    close(Act.BOOK)

    assert [refund.status for refund in list_refunds(payment=payer.payment)] == ["sent"]


@pytest.mark.parametrize("currency", ["usd", "eur"])
def test_a_refund_of_which_a_person_says_that_it_did_not_leave_is_credit_again(payer, currency):
    moved_otherwise(payer, currency)

    with pytest.raises(CannotResolve), transaction.atomic():
        close(Act.NOTE)
    close(Act.FAIL)

    assert [refund.status for refund in list_refunds(payment=payer.payment)] == ["failed"]
    assert (payer.credit_cents, queries.list_open_exceptions()) == (30_00, ())


def test_a_refund_in_another_currency_left_when_a_person_says_so(payer):
    moved_otherwise(payer, "eur")

    close(Act.BOOK)
    payer.hears()

    assert [refund.status for refund in list_refunds(payment=payer.payment)] == ["sent"]
    assert queries.list_open_exceptions() == ()


@pytest.mark.parametrize(
    ("fails", "refused", "ends"), [(True, "book", "failed"), (False, "fail", "sent")]
)
def test_what_the_gateway_said_of_a_refund_since_is_not_undone(payer, fails, refused, ends):
    payer.double.refund_differs_by = -5_00
    refund = payer.refunds(30_00)
    payer.double.refunds[refund]["amount"] = 30_00
    payer.double.bank_takes_refund(refund, fails=fails)
    payer.hears()

    with pytest.raises(CannotResolve), transaction.atomic():
        close(Act(refused))
    close(*{Act.BOOK, Act.FAIL} - {Act(refused)})

    assert [refund.status for refund in list_refunds(payment=payer.payment)] == [ends]


def test_a_dispute_after_a_refund_waits_for_a_person(payer):
    payer.refunds(100_00)
    payer.disputes()

    one = the_exception()
    assert (one.trouble, one.our_cents, one.their_cents) == (Trouble.BEYOND, 0, 100_00)
    assert one.acts == (Act.BILL, Act.NOTE)
    assert (payer.payment.status, payer.owed_cents) == (Status.REFUNDED, 100_00)


def test_nobody_is_asked_for_disputed_money_that_was_never_booked(unpaid):
    unpaid.double.takes_instead(unpaid.session, 90_00, "usd")
    unpaid.pays()
    unpaid.hears()
    unpaid.disputes()

    _mismatch, one = queries.list_open_exceptions()
    assert (one.trouble, one.beyond_cents > 0, one.acts) == (Trouble.BEYOND, True, (Act.NOTE,))
    with pytest.raises(CannotResolve), transaction.atomic():
        close(Act.BILL, exception=one)


def test_of_a_dispute_after_a_part_was_refunded_the_rest_is_taken(payer):
    payer.refunds(30_00)
    payer.disputes()

    assert the_exception().beyond_cents == 30_00
    assert (payer.payment.status, payer.owed_cents) == (Status.CHARGED_BACK, 100_00)


def test_the_member_is_asked_for_it_and_not_any_more_when_it_is_won(payer):
    payer.refunds(100_00)
    dispute = payer.disputes()
    close(Act.BILL)
    asked = payer.owed_cents
    fetch_all(
        "SELECT payments_post(%s, 'paid', 7000, 'wire', 'bank', '{}', '{medical}', %s, 'guest', 't')",
        [payer.account.number, TODAY],
    )

    payer.decides(dispute, won=True)

    assert asked == 200_00
    assert (payer.owed_cents, payer.credit_cents) == (30_00, 0)


def test_nobody_needs_to_act_on_a_dispute_that_is_won(payer):
    payer.refunds(100_00)

    payer.decides(payer.disputes(), won=True)

    assert queries.list_open_exceptions() == ()


def test_it_is_closed_once(payer):
    payer.refunds(100_00)
    payer.disputes()
    one = the_exception()
    close(Act.NOTE)

    with pytest.raises(AlreadyResolved):
        close(Act.BILL, exception=one)

    closed = queries.get_exception(exception_id=one.id)
    assert (closed.state, closed.note, closed.acts) == ("noted", "Seen at Stripe.", ())


def test_only_who_works_exceptions_closes_them(payer):
    payer.refunds(100_00)
    payer.disputes()

    with pytest.raises(NotAllowed):
        close(Act.NOTE, actor=staff(Role.REPRESENTATIVE))
    close(Act.NOTE, actor=TESTER)
