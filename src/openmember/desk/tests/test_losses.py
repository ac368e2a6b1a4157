"""Money the bank took back, at the desk: seen by those who work exceptions, decided by two of them."""

import pytest
from django.urls import reverse

from openmember.kernel.sql import fetch_one
from openmember.members.types import Role
from openmember.payments.jobs import check_books, ensure_months, office_today
from openmember.payments.receipts import queries
from openmember.payments.receipts.testing import a_wire, wires_came
from openmember.payments.testing import a_staff_user, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(db):
    today = office_today()
    ensure_months(today)
    account = an_account()
    wires_came(today, a_wire(50_00, f"X {account.number}"))
    wires_came(today, a_wire(50_00, f"RESTATED {account.number}"))
    (loss,) = queries.list_losses(today=today)
    return loss


def as_person(client, role: Role):
    client.force_login(a_staff_user(role))
    return client


def page_of(loss):
    return reverse("desk:lost_receipt", args=[loss.id])


def test_it_is_among_the_exceptions_and_shows_its_payment(
    client, lost, django_assert_max_num_queries
):
    as_person(client, Role.BILLING)

    listed = client.get(reverse("desk:exceptions"))
    with django_assert_max_num_queries(15):
        shown = client.get(page_of(lost))

    assert page_of(lost) in listed.content.decode()
    assert (
        client.get(reverse("desk:exceptions") + "?kind=835").content.decode().count(page_of(lost))
        == 0
    )
    (payment,) = queries.list_lost_payments(loss=lost)
    assert payment.account_number in shown.content.decode()


def test_two_people_return_it(client, lost):
    as_person(client, Role.BILLING)
    client.post(page_of(lost), {"act": "return", "return-reason": "recalled"})
    assert 'value="agree"' not in client.get(page_of(lost)).content.decode()
    client.post(page_of(lost), {"act": "agree"})
    assert fetch_one("SELECT status FROM payments_payment").status == "accepted"

    done = as_person(client, Role.FINANCE).post(page_of(lost), {"act": "agree"}, follow=True)

    assert "It is returned" in done.content.decode()
    assert fetch_one("SELECT status FROM payments_payment").status == "returned"
    assert check_books() == ()
    assert "Somebody dealt with this" in client.get(page_of(lost)).content.decode()


def test_two_people_keep_it_on_the_line_that_waits(client, lost):
    (line,) = queries.list_lines_for(loss=lost, today=office_today())
    as_person(client, Role.BILLING)
    client.post(page_of(lost), {"act": "keep", "keep-line": line.id, "keep-reason": "same money"})

    done = as_person(client, Role.FINANCE).post(page_of(lost), {"act": "agree"}, follow=True)

    assert "It is kept" in done.content.decode()
    assert check_books() == ()


def test_it_is_turned_down_and_waits_again(client, lost):
    as_person(client, Role.BILLING)
    client.post(page_of(lost), {"act": "return", "return-reason": "recalled"})

    done = as_person(client, Role.FINANCE).post(page_of(lost), {"act": "reject"}, follow=True)

    assert "waits again" in done.content.decode()


def test_a_proposal_needs_its_reason(client, lost):
    as_person(client, Role.BILLING)

    shown = client.post(page_of(lost), {"act": "return", "return-reason": ""})

    assert "error" in shown.content.decode()
    assert queries.get_loss(loss_id=lost.id, today=office_today()).state == "open"


def test_others_do_not_see_it(client, lost):
    assert as_person(client, Role.CASHIER).get(page_of(lost)).status_code in {302, 403}


def test_what_is_not_there_is_not_found(client, lost):
    assert as_person(client, Role.BILLING).get(page_of(lost) + "x").status_code == 404
    assert client.get(reverse("desk:lost_receipt", args=[lost.id + 9])).status_code == 404
