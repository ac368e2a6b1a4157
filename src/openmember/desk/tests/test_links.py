"""Sending a payment link from the account that is open, and following it."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from openmember.desk.tests.reading import words
from openmember.kernel.sql import fetch_all
from openmember.members.types import GUEST, Role
from openmember.payments.assisted import queries
from openmember.payments.assisted.services import paying
from openmember.payments.jobs import ensure_months
from openmember.payments.testing import a_bill, a_member, an_account
from openmember.payments.types import Method

pytestmark = pytest.mark.django_db
MOST_QUERIES = 16


@pytest.fixture
def desk(desk_of):
    ensure_months(timezone.localdate())
    fetch_all("DELETE FROM kernel_throttle")
    account = an_account(holder=a_member(email="ana@example.org", phone="5104444142"))
    return desk_of(Role.REPRESENTATIVE, account=account)


@pytest.fixture
def premium(desk):
    return a_bill(desk.account, 300_10)


def sent(desk):
    return queries.list_asked(numbers=desk.account.numbers)


def test_the_representative_sees_where_it_goes_before_it_goes(desk, premium):
    asked = desk.ask("send_link", amount="300.10", bills=[premium.id], way="email")

    assert "ana@example.org" in words(asked)
    assert mail.outbox == []


def test_a_link_is_sent_once_and_followed_until_it_is_paid(desk, premium):
    given = {"amount": "300.10", "bills": [premium.id], "way": "email"}
    shown = desk.do("send_link", **given)
    desk.do("send_link", **given)

    (asked,) = sent(desk)
    assert len(mail.outbox) == 1
    assert "Not yet" in words(shown)

    paying.note_opened(asked=asked, now=timezone.now())
    assert "Opened" in words(desk.get("link", asked.reference))

    today = timezone.localdate()
    payment = paying.pay_asked(
        asked=asked, how=paying.How(Method.CARD), payer="guest", actor=GUEST, now=timezone.now(),
        today=today,
    ).payment  # fmt: skip
    part = desk.client.get(
        reverse("desk:link", args=[asked.reference]), headers={"HX-Request": "true"}
    )
    assert payment.reference in words(part)
    assert "<html" not in part.content.decode()
    assert "every 3s" not in part.content.decode()
    page = words(desk.get("payment", payment.reference))
    assert "Representative" in page
    assert asked.representative in page


def test_another_address_is_refused_until_the_contact_is_verified(desk, premium):
    given = {"amount": "10", "bills": [premium.id], "way": "email", "send_to": "other@example.org"}

    refused = desk.do("send_link", **given)

    assert "erify the caller first" in words(refused)
    assert mail.outbox == []


def test_a_link_is_sent_again_and_taken_back(desk, premium):
    desk.do("send_link", amount="300.10", bills=[premium.id], way="email")
    (asked,) = sent(desk)

    assert "new link is sent" in words(desk.send("resend_link", asked.reference))
    assert len(mail.outbox) == 2
    assert "opens nothing any more" in words(desk.send("revoke_link", asked.reference))
    assert "Taken back" in words(desk.get("links"))
    assert "Nothing was changed" in words(desk.send("resend_link", asked.reference))


def test_another_accounts_link_is_not_found(desk, premium, desk_of):
    desk.do("send_link", amount="300.10", bills=[premium.id], way="email")
    (asked,) = sent(desk)

    other = desk_of(Role.REPRESENTATIVE, account=an_account())

    assert other.get("link", asked.reference).status_code == 404
    assert desk_of(Role.BILLING, account=desk.account).get("send_link").status_code == 403


def test_the_pages_ask_little_of_the_database(desk, premium):
    desk.do("send_link", amount="300.10", bills=[premium.id], way="email")
    (asked,) = sent(desk)

    for name, args in (("links", ()), ("link", (asked.reference,)), ("send_link", ())):
        with CaptureQueriesContext(connection) as captured:
            desk.get(name, *args)
        assert len(captured) <= MOST_QUERIES, (name, len(captured))
