"""The page of a payment link: what it says, what it does not, and that it is used once."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all
from openmember.members.testing import staff
from openmember.members.types import Role
from openmember.payments.assisted.rules import LINK_KEPT
from openmember.payments.assisted.services import links
from openmember.payments.assisted.testing import a_link
from openmember.payments.jobs import ensure_months
from openmember.payments.queries import list_payments
from openmember.payments.testing import a_bill, a_member, an_account
from openmember.payments.types import Channel, Status

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def account(db):
    ensure_months(timezone.localdate())
    fetch_all("DELETE FROM kernel_throttle")
    return an_account(holder=a_member(email="ana@example.org", language="es"))


@pytest.fixture
def visit(account):
    return a_bill(account, 45_10, line=Line.MEDICAL, title="Oncology visit")


def text(answer):
    return " ".join(answer.content.decode().replace("\u00a0", " ").split())


def opened(token, client=None):
    client = client or Client()
    return client, client.get(f"/pay-link/{token}/open/", follow=True)


def test_the_page_is_in_the_members_language_and_says_only_what_a_stranger_may_know(account, visit):
    _asked, token = a_link(account, 45_10, visit, now=timezone.now())

    _client, page = opened(token)

    assert page.redirect_chain[-1][0] == "/pay-link/"
    assert 'lang="es"' in page.content.decode()
    assert "45.10" in text(page) or "45,10" in text(page)
    for secret in (account.number, account.number[-4:], "Ruiz", "Ana", "Oncology", token):
        assert secret not in text(page)


def test_paying_shows_a_receipt_and_the_link_opens_nothing_more_elsewhere(account, visit):
    _asked, token = a_link(account, 45_10, visit, now=timezone.now())
    client, _page = opened(token)

    receipt = client.post("/pay-link/", {"method": "card"}, follow=True)

    (payment,) = list_payments(numbers=account.numbers).payments
    assert (payment.channel, payment.status) == (Channel.REPRESENTATIVE, Status.ACCEPTED)
    assert payment.reference in text(receipt)
    assert account.number[-4:] not in re.sub(r"P-[0-9A-Z-]+", "", text(receipt))
    pdf = client.get(f"/pay-link/payments/{payment.reference}/receipt.pdf")
    assert pdf.content.startswith(b"%PDF")
    client.post("/pay-link/", {"method": "card"})
    assert len(list_payments(numbers=account.numbers).payments) == 1
    assert Client().get(f"/pay-link/payments/{payment.reference}/").status_code == 404


def test_what_opens_nothing_is_answered_alike(account, visit):
    asked, token = a_link(account, 45_10, visit, now=timezone.now())
    _old, expired = a_link(account, 45_10, visit, now=timezone.now() - LINK_KEPT)
    links.revoke_link(
        asked=asked,
        actor=staff(Role.REPRESENTATIVE),
        now=timezone.now(),
        today=timezone.localdate(),
    )

    answers = [opened(one)[1] for one in (token, expired, "nobody-has-this")]
    answers.append(Client().get("/pay-link/"))

    assert {one.status_code for one in answers} == {410}
    headings = {re.search(r"<h1[^>]*>(.*?)</h1>", one.content.decode()).group(1) for one in answers}
    assert (
        len(headings) <= 2
    )  # The same words, in the member's language where the link was once right.


def test_a_living_link_opens_for_who_shares_an_address_with_many(account, visit):
    _asked, token = a_link(account, 45_10, visit, now=timezone.now())
    for n in range(21):
        assert opened(f"guess-{n}")[1].status_code == 410

    for _n in range(21):
        assert opened(token)[1].status_code == 200


def test_after_a_decline_a_link_sent_again_closes_the_one_before(account):
    bill = a_bill(account, 45_01)
    asked, token = a_link(account, 45_01, bill, now=timezone.now())
    bystander, _page = opened(token)
    payer, _page = opened(token)
    declined = payer.post("/pay-link/", {"method": "card"})["Location"]
    page = links.LinkPage(timezone.now(), timezone.get_default_timezone(), lambda token: token)
    links.resend_link(asked=asked, bills=(bill,), page=page, actor=staff(Role.REPRESENTATIVE))

    assert [one.get("/pay-link/").status_code for one in (payer, bystander)] == [410, 410]
    assert payer.post("/pay-link/", {"method": "card"}).status_code == 410
    assert payer.get(declined).status_code == 200
    assert bystander.get(declined).status_code == 404


def test_a_link_sent_again_closes_the_pages_of_the_one_before(account, visit):
    asked, token = a_link(account, 45_10, visit, now=timezone.now())
    client, _page = opened(token)
    page = links.LinkPage(timezone.now(), timezone.get_default_timezone(), lambda token: token)
    links.resend_link(asked=asked, bills=(visit,), page=page, actor=staff(Role.REPRESENTATIVE))

    assert client.post("/pay-link/", {"method": "card"}).status_code == 410
    assert len(mail.outbox) == 2


def test_a_declined_card_can_be_followed_by_another(account):
    bill = a_bill(account, 45_01)
    _asked, token = a_link(account, 45_01, bill, now=timezone.now())
    client, _page = opened(token)

    declined = client.post("/pay-link/", {"method": "card"}, follow=True)

    assert 'href="/pay-link/"' in declined.content.decode()
    assert client.get("/pay-link/").status_code == 200


def test_the_page_asks_little_of_the_database(account, visit):
    _asked, token = a_link(account, 45_10, visit, now=timezone.now())
    client, _page = opened(token)

    with CaptureQueriesContext(connection) as captured:
        client.get("/pay-link/")
    assert len(captured) <= MOST_QUERIES, [one["sql"] for one in captured]
