"""Paying through the API: what is asked is what is paid, once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from openmember.api.models import Answer
from openmember.api.tests.conftest import in_days, owe
from openmember.ledger.queries import get_balance
from openmember.payments import queries
from openmember.payments.ach.services.banks import add_bank_account
from openmember.payments.ach.types import BankKind, NewBankAccount
from openmember.payments.jobs import check_books
from openmember.payments.testing import TESTER, a_payment
from openmember.payments.types import Channel, Status, payment_id

BANK = {"holder": "Ana Ruiz", "kind": "checking", "routing": "021000021", "number": "123456789"}


def a_bank(account):
    given = NewBankAccount("021000021", "123456789", BankKind.CHECKING, "Ana Ruiz")
    return add_bank_account(account=account, given=given, on=in_days(-5), actor=TESTER)


def owed(app) -> int:
    return get_balance(account_number=app.account.number).owed_cents


def payments(app):
    return queries.list_payments(numbers=app.account.numbers).payments


def test_one_bill_is_paid(app):
    first, second = owe(app.account, 80_00), owe(app.account, 20_00)

    answer = app.pay(80_00, bills=[first.reference])

    assert answer.status_code == 201
    made = answer.json()
    assert answer["Location"] == f"/api/v1/payments/{made['reference']}"
    assert (made["status"], made["channel"]) == ("accepted", "app")
    assert [one["bill"] for one in made["settles"]] == [first.reference]
    assert owed(app) == second.open_cents


def test_several_bills_are_paid_in_part_in_the_order_named(app):
    first, second = owe(app.account, 80_00), owe(app.account, 20_00)

    made = app.pay(50_00, bills=[second.reference, first.reference]).json()

    settled = {one["bill"]: one["amount"]["cents"] for one in made["settles"]}
    assert settled == {second.reference: 20_00, first.reference: 30_00}


def test_all_that_is_due_is_paid_when_it_is_what_was_shown(app):
    owe(app.account, 80_00)

    assert app.pay(70_00, all_due=True).json()["type"].endswith("#problem-owed-otherwise")
    assert app.pay(80_00, all_due=True).status_code == 201
    assert owed(app) == 0


def test_an_excess_without_bills_named_is_credit(app):
    owe(app.account, 10_00)

    assert app.pay(15_00).json()["kept_as_credit"]["cents"] == 5_00


def test_more_than_the_bills_have_left_is_refused(app):
    bill = owe(app.account, 10_00)

    refused = app.pay(15_00, bills=[bill.reference])

    assert (refused.status_code, refused.json()["open_cents"]) == (409, 10_00)
    assert payments(app) == ()


def test_another_members_bill_cannot_be_paid(app, app_of):
    theirs = owe(app_of().account, 10_00)

    assert app.pay(10_00, bills=[theirs.reference]).json()["type"].endswith("unknown-bill")
    assert payments(app) == ()


def test_the_same_request_again_gets_the_same_answer(app):
    owe(app.account, 80_00)
    first = app.pay(80_00, key="k")

    again = app.pay(80_00, key="k")

    assert again.content == first.content
    assert (again.status_code, again["Location"]) == (201, first["Location"])
    assert again["Idempotent-Replayed"] == "true"
    assert len(payments(app)) == 1


@pytest.mark.parametrize("how", ["all due", "named", "by the rule"])
def test_what_was_paid_before_a_crash_is_answered_as_paid(app, how):
    bill = owe(app.account, 80_00)
    asked = {"all due": {"all_due": True}, "named": {"bills": [bill.reference]}, "by the rule": {}}
    first = app.pay(80_00, key="k", **asked[how])
    Answer.objects.all().delete()  # The process died before it kept its answer.

    again = app.pay(80_00, key="k", **asked[how])

    assert (again.status_code, again.json()) == (201, first.json())
    assert len(payments(app)) == 1


@pytest.mark.parametrize("other", [{"cents": 79_00}, {"cents": 80_00, "bills": []}])
def test_after_a_crash_a_key_is_still_for_one_request_alone(app, other):
    bill = owe(app.account, 80_00)
    app.pay(80_00, key="k", bills=[bill.reference])
    Answer.objects.all().delete()

    refused = app.pay(key="k", **{"bills": [bill.reference], **other})

    assert refused.status_code == 422
    assert len(payments(app)) == 1


def test_what_never_reached_the_gateway_before_a_crash_is_begun_anew(app):
    bill = owe(app.account, 80_00)
    first = app.pay(50_04, key="k", bills=[bill.reference])  # Lost on its way.
    Answer.objects.all().delete()
    assert first.json()["status"] == "unknown"

    app.pay(50_04, key="k", bills=[bill.reference])

    assert [one.status for one in payments(app)] == [Status.UNKNOWN, Status.DECLINED]


def test_the_draft_has_the_key_quoted(app):
    first = app.pay(80_00, key='"k"')

    assert app.pay(80_00, key="k").content == first.content


def test_a_key_used_for_something_else_is_refused(app):
    app.pay(80_00, key="k")

    refused = app.pay(90_00, key="k")

    assert refused.status_code == 422
    assert refused.json()["type"].endswith("idempotency-key-reused")
    assert len(payments(app)) == 1


def test_without_a_key_nothing_is_paid(app):
    body = {"amount": {"cents": 10_00}, "pay_with": {"kind": "page", "method": "card"}}

    refused = app._send("post", "/payments", body, "", {})

    assert refused.status_code == 400
    assert refused.json()["type"].endswith("idempotency-key-missing")


def test_a_refusal_leaves_the_key_unused(app):
    assert app.pay(80_01, key="k").status_code == 402

    assert app.pay(80_00, key="k").status_code == 201


def test_a_declined_payment_says_why_and_what_to_do(app):
    app.language = "es"

    declined = app.pay(80_01).json()

    assert declined["reason"] == "insufficient_funds"
    assert "tarjeta" in declined["detail"]
    assert queries.get_payment(
        numbers=app.account.numbers, payment_id=payment_id(declined["payment"])
    ).status is Status.DECLINED  # fmt: skip


def test_a_crash_before_the_answer_was_kept_pays_nothing_twice(app):
    first = app.pay(80_00, key="k").json()
    Answer.objects.all().delete()

    assert app.pay(80_00, key="k").json()["reference"] == first["reference"]
    assert len(payments(app)) == 1


def test_an_outcome_that_was_lost_is_asked_for(app):
    waiting = app.pay(80_03).json()
    assert waiting["is_waiting"]
    assert app.get("/account").json()["waiting_payment"] == waiting["reference"]

    assert app.get(f"/payments/{waiting['reference']}").json()["status"] == "accepted"


def test_a_kept_bank_account_is_drawn(app):
    bank = a_bank(app.account)
    bill = owe(app.account, 80_00)

    made = app.pay(
        80_00, bills=[bill.reference], pay_with={"kind": "kept", "tender": bank.token}
    ).json()

    assert (made["method"], made["channel"], made["is_waiting"]) == ("ach", "app", True)
    assert payments(app)[0].channel is Channel.APP


def test_a_bank_account_is_kept_shown_by_its_last_digits_and_removed(app):
    kept = app.post("/tenders/bank-accounts", BANK)

    assert kept.status_code == 201
    assert kept.json()["last_four"] == "6789"
    assert "123456789" not in kept.content.decode()
    assert app.delete(f"/tenders/{kept.json()['reference']}").status_code == 204
    assert app.get("/tenders").json() == {"tenders": []}


def test_a_routing_number_no_bank_has_is_refused_without_being_repeated(app):
    refused = app.post("/tenders/bank-accounts", {**BANK, "routing": "021000022"})

    assert refused.status_code == 409
    assert "021000022" not in refused.content.decode()


def test_what_was_sent_is_never_repeated_in_an_error(app):
    refused = app.post("/tenders/bank-accounts", {**BANK, "number": "12345678901234567890"})

    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"at": "body.given.number", "code": "string_pattern_mismatch"}
    ]
    assert "1234567890" not in refused.content.decode()


def test_a_page_leads_back_to_an_address_the_app_registered(app):
    page = {"kind": "page", "method": "card"}
    elsewhere = {**page, "return_url": "https://evil.example/"}

    assert app.pay(10_00, pay_with=elsewhere).status_code == 403
    assert (
        app.pay(10_00, pay_with={**page, "return_url": "com.example.app:/callback"}).status_code
        == 201
    )


def test_a_receipt_is_to_be_had_in_words_and_as_a_pdf(app):
    owe(app.account, 80_00)
    made = app.pay(80_00).json()

    words = app.get(f"/payments/{made['reference']}/receipt").json()
    pdf = app.get(f"/payments/{made['reference']}/receipt.pdf")

    assert made["reference"] in [item["value"] for item in words["items"]]
    assert (pdf["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")


def test_a_payment_that_waits_has_no_receipt(app):
    made = app.pay(80_04).json()

    assert app.get(f"/payments/{made['reference']}/receipt").status_code == 404


def test_payments_come_in_pages(app):
    made = [a_payment(app.account, cents * 100).reference for cents in range(1, 4)]

    first = app.get("/payments", {"limit": 2}).json()
    a_payment(app.account, 9_00)
    second = app.get("/payments", {"limit": 2, "cursor": first["next_cursor"]}).json()

    listed = [one["reference"] for one in first["payments"] + second["payments"]]
    assert listed == made[::-1]


def test_paying_asks_the_database_a_bounded_number_of_times(app, django_assert_max_num_queries):
    bill = owe(app.account, 80_00)

    with django_assert_max_num_queries(20):
        assert app.pay(80_00, bills=[bill.reference]).status_code == 201


def test_payments_are_limited(app, settings):
    settings.API_PAYMENTS_IN_TEN_MINUTES = 2
    assert [app.pay(10_00).status_code for _ in range(2)] == [201, 201]

    refused = app.pay(10_00)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 600
    assert '"payments";r=0' in refused["RateLimit"]


@pytest.mark.django_db(transaction=True)
def test_the_same_payment_sent_three_times_at_once_is_paid_once(app):
    owe(app.account, 80_00)
    key, ready = str(uuid4()), threading.Barrier(3)

    def send(_number: int):
        ready.wait()
        try:
            return app.pay(80_00, key=key)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(send, range(3)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.json()["reference"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert len(payments(app)) == 1
    assert app.pay(80_00, key=key).json()["reference"] in made
    assert check_books() == ()
