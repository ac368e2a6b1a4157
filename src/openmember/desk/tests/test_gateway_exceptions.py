"""What a card network left for a person, at the desk: seen and closed by those who work exceptions."""

import pytest
from django.urls import reverse

from openmember.kernel.sql import fetch_one
from openmember.members.types import Role
from openmember.payments.disputes import queries
from openmember.payments.disputes.services import differs, note_dispute
from openmember.payments.gateways.protocol import Disputed, Moved
from openmember.payments.jobs import check_books, ensure_months, office_today
from openmember.payments.queries import list_refunds
from openmember.payments.services import door
from openmember.payments.testing import TESTER, a_bill, a_refund, a_staff_user, an_account
from openmember.payments.types import Channel, Method, PaymentRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db):
    ensure_months(office_today())
    account = an_account()
    a_bill(account, 50_00)
    return account


def a_card_payment(account, *, is_taken=True):
    request = PaymentRequest("k1", 50_00, Method.CARD, Channel.WEB, "guest", office_today())
    if is_taken:
        return door.take_payment(account=account, request=request, actor=TESTER)
    return door.begin_payment(account=account, request=request, gateway="sandbox", actor=TESTER)


def is_disputed(payment, cents):
    disputed = Disputed("dp_1", Moved(cents, "usd"), "open", "fraudulent")
    note_dispute(
        payment=payment, disputed=disputed, gateway="stripe", on=office_today(), actor=TESTER
    )


def as_person(client, role: Role):
    client.force_login(a_staff_user(role))
    return client


def the_page() -> str:
    (one,) = queries.list_open_exceptions()
    return reverse("desk:gateway_exception", args=[one.id])


def test_both_figures_are_shown_and_what_was_taken_is_booked(
    client, account, django_assert_max_num_queries
):
    differs(payment=a_card_payment(account, is_taken=False), moved=Moved(45_00, "usd"))
    page = the_page()
    as_person(client, Role.BILLING)

    listed = client.get(reverse("desk:exceptions") + "?kind=gateway").content.decode()
    with django_assert_max_num_queries(10):
        shown = client.get(page).content.decode()
    done = client.post(page, {"act": "book", "note": "Stripe took 45."}, follow=True)

    assert page in listed
    assert "$50.00" in shown
    assert "$45.00" in shown
    assert "booked as the card network has it" in done.content.decode()
    assert fetch_one("SELECT open_cents FROM billing_bill").open_cents == 5_00
    assert check_books() == ()
    assert "Somebody dealt with this" in client.get(page).content.decode()


def test_the_member_is_asked_for_what_was_not_there_to_take(client, account):
    is_disputed(a_card_payment(account), 60_00)
    as_person(client, Role.FINANCE)

    done = client.post(the_page(), {"act": "bill", "note": "Lost at the bank."}, follow=True)

    assert "a bill of its own" in done.content.decode()
    assert check_books() == ()


def test_of_a_refund_a_person_says_whether_it_left(client, account):
    payment = a_refund(a_card_payment(account), 20_00, on=office_today())
    (refund,) = list_refunds(payment=payment)
    differs(payment=payment, moved=Moved(20_00, "eur"), refund=(refund.id, 20_00))
    page = the_page()
    as_person(client, Role.BILLING)

    shown = client.get(page).content.decode()
    done = client.post(page, {"act": "fail", "note": "Stripe has no such refund."}, follow=True)

    assert 'value="book"' in shown
    assert 'value="note"' not in shown
    assert "counts as failed" in done.content.decode()
    assert check_books() == ()


def test_it_is_not_closed_without_a_word(client, account):
    is_disputed(a_card_payment(account), 60_00)
    page = the_page()

    refused = as_person(client, Role.BILLING).post(page, {"act": "note", "note": ""})

    assert refused.status_code == 422
    assert len(queries.list_open_exceptions()) == 1


def test_it_is_not_for_everybody(client, account):
    is_disputed(a_card_payment(account), 60_00)

    assert as_person(client, Role.CASHIER).get(the_page()).status_code == 403
