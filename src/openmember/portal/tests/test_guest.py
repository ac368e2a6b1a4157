"""Paying with nothing but the number: nothing is said about its account, and guessing leads nowhere."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from openmember.accounts.services import import_legacy_account, open_account
from openmember.members.types import GUEST as GUEST_ACTOR
from openmember.payments import queries
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TESTER, a_bill, a_member, an_account
from openmember.payments.types import Channel
from openmember.portal.guest.recognition import TRIES_PER_ADDRESS, TRIES_PER_NUMBER
from openmember.portal.tests.conftest import in_days

UNKNOWN = "600488100092"
NOT_FOUND = "We could not find that number."
MRN = "This looks like a medical record number."


def ask(guest, number, amount="20.00", **extra):
    return guest.client.post("/guest/", {"number": number, "amount": amount}, **extra)


def pay(guest, number, amount="20.00") -> str:
    """Go all three steps and return the address of the payment's page."""
    assert ask(guest, number, amount).status_code == 303
    guest.post("guest_how", method="card")
    return guest.post("guest_confirm", key=guest.key("guest_confirm"))["Location"]


def said(response, number) -> str:
    """Return a page without the number that was typed and the one-time token."""
    text = response.content.decode().replace(number, "NUMBER")
    return re.sub(r'(name="csrfmiddlewaretoken" value)="\w+"', r"\1", text)


def test_a_guest_pays_and_gets_a_receipt(guest):
    account = an_account()
    bill = a_bill(account, 50_00, title="Visit on October 8")

    text = guest.client.get(pay(guest, account.number)).content.decode()

    (payment,) = queries.list_payments(numbers=account.numbers).payments
    assert (payment.channel, payment.payer) == (Channel.GUEST, str(GUEST_ACTOR))
    assert [one.bill_id for one in payment.allocations] == [bill.id]
    assert payment.reference in text
    assert f"ends in {account.number[-4:]}" in text


def test_no_page_tells_a_guest_about_the_account(guest):
    account = an_account(holder=a_member(first="Zebulon", last="Quackenbush", region="hawaii"))
    a_bill(account, 77_77, title="Visit on October 8")
    pages = []

    address = pay(guest, account.number)
    pages.append(guest.client.get(address).content.decode())
    ask(guest, account.number)
    pages += [guest.get(page).content.decode() for page in ("guest", "guest_how", "guest_confirm")]

    for text in pages:
        for secret in ("Zebulon", "Quackenbush", "77.77", "57.77", "Visit on", " HST"):
            assert secret not in text
    assert account.number not in pages[0]


def test_the_number_may_be_typed_as_it_is_printed(guest):
    number = an_account().number

    assert ask(guest, f" {number[:4]}-{number[4:8]} {number[8:]} ").status_code == 303
    assert (
        number
        in guest.get(
            "guest_confirm",
        )
        .wsgi_request.session["guest"]["choice"]
        .values()
    )


def test_a_legacy_number_with_leading_zeros_is_paid(guest):
    account = import_legacy_account(number="0098765432", holder_id=a_member().id, actor=TESTER)

    pay(guest, "0098765432")

    assert queries.list_payments(numbers=account.numbers).total == 1


def test_whatever_leads_nowhere_is_answered_alike(guest):
    number = an_account().number
    wrong_check = number[:-1] + str((int(number[-1]) + 1) % 10)
    padded_known = a_member().mrn.zfill(10)
    answers = {}

    for typed in (UNKNOWN, wrong_check, "0987654321", padded_known, "0" * 3 + "9999999"):
        with CaptureQueriesContext(connection) as statements:
            response = ask(guest, typed)
        assert response.status_code == 422
        shape = [re.sub(r"'[^']*'", "?", one["sql"]) for one in statements]
        answers[typed] = (said(response, typed), shape)

    texts = {typed: text for typed, (text, _) in answers.items()}
    assert texts[UNKNOWN] == texts[wrong_check]
    assert NOT_FOUND in texts[UNKNOWN]
    assert texts[padded_known] == texts["0" * 3 + "9999999"]
    assert len({str(shape) for _, shape in answers.values()}) == 1


@pytest.mark.parametrize("typed", ["7012345", "70123456", "701234567", "0070123456", "00701234567"])
def test_a_medical_record_number_is_explained_by_its_shape(guest, typed):
    assert MRN in ask(guest, typed).content.decode()


@pytest.mark.parametrize("typed", ["123", "abc", "1234567890123", "12345 67890 x"])
def test_what_no_number_looks_like_is_explained(guest, typed):
    assert "has 10 to 12 digits and nothing else" in ask(guest, typed).content.decode()


def test_a_known_number_runs_the_same_statements_as_an_unknown_one(guest):
    def statements_for(number):
        with CaptureQueriesContext(connection) as statements:
            ask(guest, number)
        looked = [one["sql"] for one in statements if "django_session" not in one["sql"]]
        return [re.sub(r"'[^']*'", "?", sql) for sql in looked if "SAVEPOINT" not in sql]

    assert statements_for(an_account().number) == statements_for(UNKNOWN)


def test_one_address_is_told_when_to_try_again(guest):
    for number in range(TRIES_PER_ADDRESS):
        assert ask(guest, f"60048810{number:04d}").status_code == 422

    refused = ask(guest, an_account().number)

    assert refused.status_code == 429
    assert refused["Retry-After"] == "600"
    assert "Please wait 10 minutes" in refused.content.decode()
    assert ask(guest, UNKNOWN, REMOTE_ADDR="203.0.113.9").status_code == 422


def test_one_number_is_not_tried_from_everywhere(guest):
    number = an_account().number
    for place in range(TRIES_PER_NUMBER):
        assert ask(guest, number, REMOTE_ADDR=f"203.0.113.{place}").status_code == 303

    assert ask(guest, number, REMOTE_ADDR="203.0.113.99").status_code == 429


def test_a_made_up_forwarding_header_changes_nothing(guest):
    for number in range(TRIES_PER_ADDRESS):
        ask(guest, UNKNOWN[:-4] + f"{number:04d}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")

    assert ask(guest, UNKNOWN, HTTP_X_FORWARDED_FOR="203.0.113.99").status_code == 429


def test_another_session_cannot_open_the_receipt(guest):
    address = pay(guest, an_account().number)

    stranger = type(guest)()

    assert guest.client.get(address).status_code == 200
    assert guest.client.get(address + "receipt.pdf").status_code == 200
    assert stranger.client.get(address).status_code == 404
    assert stranger.client.get(address + "receipt.pdf").status_code == 404


def test_two_tabs_pay_once(guest):
    account = an_account()
    ask(guest, account.number)
    guest.post("guest_how", method="card")
    key = guest.key("guest_confirm")

    receipts = {guest.post("guest_confirm", key=key)["Location"] for _ in range(2)}

    assert len(receipts) == 1
    assert queries.list_payments(numbers=account.numbers).total == 1


def test_a_guest_pays_up_to_a_limit(guest):
    number = an_account().number

    assert "$25,000.00 or less" in ask(guest, number, "25000.01").content.decode()
    assert ask(guest, number, "25,000").status_code == 303


def test_a_joined_number_pays_the_account_it_leads_to(guest):
    before, into = an_account(), open_account(holder_id=a_member().id, actor=TESTER)
    merge_accounts(account=before, into=into, merged_on=in_days(0), actor=TESTER)

    text = guest.client.get(pay(guest, before.number)).content.decode()

    assert queries.list_payments(numbers=(into.number,)).total == 1
    assert f"ends in {before.number[-4:]}" in text
    assert into.number[-4:] not in text


def test_without_a_number_there_is_no_second_step(guest):
    assert guest.get("guest_how")["Location"] == "/guest/"
    assert guest.get("guest_confirm")["Location"] == "/guest/"


def test_the_first_page_starts_a_guests_payment(guest, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        text = guest.get("home").content.decode()

    assert 'action="/guest/"' in text
    assert 'name="number"' in text
    assert 'href="tel:911"' in text
