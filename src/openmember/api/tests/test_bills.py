"""What an app sees of the account and its bills."""

import pytest

from openmember.api.tests.conftest import in_days, owe
from openmember.billing.types import Line
from openmember.kernel.models import AuditEntry
from openmember.payments.testing import a_payment


def test_the_account_says_whose_it_is_and_what_is_due(app, django_assert_max_num_queries):
    owe(app.account, 80_00, due_in=-2, line=Line.MEDICAL)
    owe(app.account, 20_00, line=Line.PREMIUM)

    with django_assert_max_num_queries(10):
        told = app.get("/account").json()

    assert told["number"] == app.account.number
    assert told["number_grouped"].replace(" ", "") == app.account.number
    assert told["balances"]["due"] == {"cents": 100_00, "currency": "USD"}
    assert told["balances"]["overdue"]["cents"] == 80_00
    assert told["next_due_on"] == in_days(-2).isoformat()
    assert len(told["open_bills"]) == 2


def test_pages_follow_one_another_whatever_is_billed_meanwhile(app):
    made = [owe(app.account, cents * 100) for cents in range(1, 6)]
    first = app.get("/bills", {"limit": 2}).json()

    owe(app.account, 99_00)
    second = app.get("/bills", {"limit": 2, "cursor": first["next_cursor"]}).json()
    third = app.get("/bills", {"limit": 2, "cursor": second["next_cursor"]}).json()

    listed = [one["reference"] for page in (first, second, third) for one in page["bills"]]
    assert listed == [bill.reference for bill in reversed(made)]
    assert third["next_cursor"] is None


def test_a_cursor_is_good_for_its_own_list_and_member_alone(app, app_of):
    for _ in range(3):
        owe(app.account, 10_00)
    cursor = app.get("/bills", {"limit": 1}).json()["next_cursor"]

    assert app.get("/bills", {"limit": 1, "cursor": cursor, "state": "open"}).status_code == 404
    assert app.get("/bills", {"cursor": cursor[:-1] + "!"}).status_code == 404
    assert app_of().get("/bills", {"cursor": cursor}).status_code == 404


@pytest.mark.parametrize(("state", "count"), [("open", 2), ("overdue", 1), ("closed", 1)])
def test_bills_are_narrowed_by_state(app, state, count):
    owe(app.account, 10_00, due_in=-3)
    owe(app.account, 20_00)
    paid = owe(app.account, 30_00)
    a_payment(app.account, 30_00, paid)

    assert len(app.get("/bills", {"state": state}).json()["bills"]) == count


def test_a_bill_says_what_it_was_for_and_what_paid_it(app, django_assert_max_num_queries):
    bill = owe(app.account, 50_00)
    payment = a_payment(app.account, 20_00, bill)

    with django_assert_max_num_queries(10):
        told = app.get(f"/bills/{bill.reference}").json()

    assert told["left_to_pay"]["cents"] == 30_00
    assert sum(line["amount"]["cents"] for line in told["lines"]) == 50_00
    assert [one["payment"] for one in told["payments"]] == [payment.reference]


def test_another_members_bill_is_not_there(app, app_of):
    bill = owe(app_of().account, 50_00)

    for reference in (bill.reference, "B-0000", "made-up"):
        refused = app.get(f"/bills/{reference}")
        assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")


def test_a_read_that_changed_nothing_is_not_sent_again(app):
    bill = owe(app.account, 50_00)
    etag = app.get("/account")["ETag"]

    assert app.get("/account", **{"If-None-Match": etag}).status_code == 304
    a_payment(app.account, 10_00, bill)
    assert app.get("/account", **{"If-None-Match": etag}).status_code == 200


def test_each_read_is_audited_with_the_app(app):
    app.get("/bills")

    entry = AuditEntry.objects.latest("id")
    assert (entry.action, entry.account_number) == ("account.read", app.account.number)
    assert entry.detail["client"] == app.client_id
    assert entry.detail["app"] == "Example"


def test_texts_come_in_the_language_asked_for(app):
    owe(app.account, 50_00, due_in=-1)
    app.language = "es"

    answer = app.get("/bills")

    assert answer.json()["bills"][0]["status_text"] != "Past due"
    assert answer["Content-Language"] == "es"
