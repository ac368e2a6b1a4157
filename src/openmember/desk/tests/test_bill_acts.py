"""Raising, canceling, holding and releasing bills at the desk."""

import pytest

from openmember.billing.queries import list_bills, list_lines
from openmember.billing.types import BillStatus
from openmember.desk.tests.reading import again
from openmember.members.types import Role
from openmember.payments.testing import TODAY, a_bill, a_payment, an_account

pytestmark = pytest.mark.django_db

NEW_BILL = {
    "line": "medical",
    "title": "Visit of October 8",
    "due_on": "2099-12-01",
    "description_1": "Office visit",
    "service_on_1": "2026-10-08",
    "amount_1": "40.00",
    "description_3": "Laboratory",
    "amount_3": "15",
}


@pytest.fixture
def desk(desk_of):
    return desk_of(Role.BILLING, account=an_account())


def bills_of(desk):
    return list_bills(numbers=desk.account.numbers, today=TODAY).bills


def test_what_a_new_bill_does_is_shown_before_it_is_raised(desk):
    answer = desk.ask("raise_bill", **NEW_BILL)

    assert "Nothing has happened yet" in answer.content.decode()
    assert "$55.00" in answer.content.decode()
    assert bills_of(desk) == ()


def test_a_bill_is_raised_with_the_lines_filled_in(desk):
    desk.do("raise_bill", **NEW_BILL)

    (bill,) = bills_of(desk)
    assert (bill.title, bill.amount_cents) == ("Visit of October 8", 55_00)
    assert [line.description for line in list_lines(bill=bill)] == ["Office visit", "Laboratory"]
    assert desk.balance().medical_cents == 55_00
    assert desk.audited("bill.raise")[0].detail == {"bill_id": bill.id}


def test_a_bill_sent_twice_is_raised_once(desk):
    desk.do("raise_bill", **NEW_BILL)
    answer = desk.do("raise_bill", **NEW_BILL)

    assert "was done already" in answer.content.decode()
    assert desk.balance().owed_cents == 55_00


def test_a_bill_sent_twice_from_two_browsers_is_raised_once(desk):
    desk.do("raise_bill", **NEW_BILL)
    session = desk.client.session
    del session["desk_done"]
    session.save()

    desk.do("raise_bill", **NEW_BILL)

    assert desk.balance().owed_cents == 55_00


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"line": ""}, "An answer is needed here."),
        ({"due_on": "2000-01-01"}, "Choose today or a later day."),
        ({"amount_1": "forty"}, "Enter an amount in dollars and cents"),
        ({"description_1": ""}, "Say what the line is for."),
        ({"amount_3": ""}, "Enter an amount."),
        ({"description_1": "", "service_on_1": "", "amount_1": "", "description_3": "", "amount_3": ""},
         "Fill in at least one line."),
    ],
)  # fmt: skip
def test_a_bill_with_a_mistake_is_not_raised(desk, wrong, words):
    answer = desk.do("raise_bill", **{**NEW_BILL, **wrong})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert bills_of(desk) == ()


def test_change_shows_the_form_again_as_it_was_filled_in(desk):
    answer = desk.do("raise_bill", **NEW_BILL, edit="yes")

    assert 'value="Laboratory"' in answer.content.decode()
    assert bills_of(desk) == ()


def test_a_bill_is_canceled_with_its_reason(desk):
    bill = a_bill(desk.account)

    desk.do("cancel_bill", bill.reference, reason="Sent in error")

    assert again(bill).status is BillStatus.CANCELED
    assert desk.balance().owed_cents == 0
    assert desk.audited("bill.cancel")[0].detail["reason"] == "Sent in error"


def test_a_paid_bill_is_not_canceled_and_the_refusal_says_what_to_do(desk):
    bill = a_bill(desk.account)
    a_payment(desk.account, 10_00, bill)

    answer = desk.do("cancel_bill", bill.reference, reason="Sent in error")

    assert "Take the payments off this bill before canceling it." in answer.content.decode()
    assert again(bill).status is BillStatus.PARTLY_PAID


def test_a_bill_canceled_already_is_refused_in_words(desk):
    bill = a_bill(desk.account)
    desk.do("cancel_bill", bill.reference, reason="Sent in error")

    answer = desk.do("cancel_bill", bill.reference, key="key-2", reason="Sent in error")

    assert "This bill asks for nothing any more." in answer.content.decode()
    assert len(desk.audited("bill.cancel")) == 1


def test_a_cancel_sent_twice_is_done_once(desk):
    bill = a_bill(desk.account)

    desk.do("cancel_bill", bill.reference, reason="Sent in error")
    answer = desk.do("cancel_bill", bill.reference, reason="Sent in error")

    assert "was done already" in answer.content.decode()
    assert len(desk.audited("bill.cancel")) == 1


def test_a_bill_is_held_and_released_with_a_reason_each(desk):
    bill = a_bill(desk.account)

    desk.do("hold_bill", bill.reference, reason="Disputed")
    held = again(bill).held
    desk.do("release_bill", bill.reference, key="key-2", reason="Explained")

    assert held
    assert not again(bill).held
    assert desk.audited("bill.hold")[0].detail["reason"] == "Disputed"
    assert desk.audited("bill.release")[0].detail["reason"] == "Explained"


def test_nothing_is_done_without_a_reason(desk):
    bill = a_bill(desk.account)

    for act in ("cancel_bill", "hold_bill", "release_bill"):
        assert desk.do(act, bill.reference, reason=" ").status_code == 422

    assert again(bill).status is BillStatus.OPEN


def test_a_form_for_an_account_put_away_changes_nothing(desk):
    bill, token = a_bill(desk.account), desk.client.session["desk_opened"]["token"]
    desk.open(an_account())

    answer = desk.client.post(
        "/desk/account/bills/raise/", {**NEW_BILL, "key": "k", "confirmed": "yes", "opened": token}
    )

    assert answer.status_code == 409
    assert bills_of(desk) == ()
    assert again(bill).open_cents == bill.open_cents


def test_a_reason_that_sounds_like_an_emergency_is_asked_about_and_kept_through_the_check(desk):
    bill = a_bill(desk.account, 40_00)
    words = "Caller says chest pain right now"

    asked = desk.ask("cancel_bill", bill.reference, reason=words)
    page = asked.content.decode()
    checked = desk.ask(
        "cancel_bill", bill.reference, **{"reason": words, "reason-is_no_emergency": "chest"}
    )

    assert page.index("tel:911") < page.index(words)
    assert "Nothing has happened yet" in checked.content.decode()
    assert 'name="reason-is_no_emergency" value="chest"' in checked.content.decode()
