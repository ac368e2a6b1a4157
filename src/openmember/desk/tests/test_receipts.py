"""Working unidentified receipts at the desk."""

import pytest
from django.urls import reverse

from openmember.ledger.queries import get_balance
from openmember.members.types import Role
from openmember.payments.jobs import check_books, office_today
from openmember.payments.receipts import queries
from openmember.payments.receipts.testing import a_wire, wires_came
from openmember.payments.testing import TODAY, a_member, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return an_account(holder=a_member(first="Ana", last="River"))


@pytest.fixture
def desk(desk_of):
    return desk_of(Role.BILLING)


def the_receipt():
    (found,) = queries.list_queue(today=office_today()).receipts
    return found


def text(answer):
    return answer.content.decode()


def work(desk, act, **fields):
    address = reverse("desk:receipt", args=(the_receipt().reference,))
    said = {"act": act, **{f"{act}-{name}": value for name, value in fields.items()}}
    return desk.client.post(address, said, follow=True)


def decide(desk, act, **said):
    return desk.client.post(reverse("desk:decide_receipt", args=(act.id,)), said, follow=True)


def test_the_queue_says_what_waits_and_why(desk, account):
    wires_came(TODAY, a_wire(70_00, "FOR ANA RIVER"))

    said = text(desk.get("receipts"))

    assert "1 receipt waits, $70.00" in said
    assert "No number in it" in said


def test_a_name_and_what_is_open_are_suggested_with_why(desk, account):
    wires_came(TODAY, a_wire(70_00, "FOR ANA RIVER"))

    said = text(desk.get("receipt", the_receipt().reference))

    assert "Ana River" in said
    assert "No number; somebody on the account is named" in said


def test_money_is_posted_after_it_was_checked(desk, account):
    wires_came(TODAY, a_wire(70_00, "FOR ANA RIVER"))
    fields = {"number": account.number, "amount": "70.00", "reason": "asked her"}

    checked = work(desk, "post", **fields)
    assert "Nothing has happened yet." in text(checked)
    assert get_balance(account_number=account.number).credit_cents == 0
    done = work(desk, "post", **fields) and desk.client.post(
        reverse("desk:receipt", args=(the_receipt().reference,)),
        {
            "act": "post",
            "confirmed": "yes",
            **{f"post-{name}": value for name, value in fields.items()},
        },
        follow=True,
    )

    assert "$70.00 were posted" in text(done)
    assert get_balance(account_number=account.number).credit_cents == 70_00
    assert check_books() == ()


def test_a_number_that_is_none_is_said(desk, account):
    wires_came(TODAY, a_wire(70_00, "WHO"))

    said = work(desk, "post", number="123456789012", amount="70.00", reason="r")

    assert "check digits do not fit" in text(said)


def test_two_people_above_the_limit(desk_of, account):
    rosa, sam = desk_of(Role.BILLING), desk_of(Role.FINANCE)
    wires_came(TODAY, a_wire(9000_00, "WHO"))
    reference = the_receipt().reference
    address = reverse("desk:receipt", args=(reference,))
    rosa.client.post(
        address,
        {"act": "return", "confirmed": "yes", "return-amount": "9000", "return-reason": "r"},
    )
    (act,) = queries.list_unfinished_acts()

    assert "second person has to agree" in text(decide(rosa, act, answer="agree"))
    assert "go back to the sender" in text(decide(sam, act, answer="agree"))
    assert "paid out" in text(decide(sam, act, paid="yes", reference="check 7"))
    assert queries.get_act(act_id=act.id).state == "paid"
    assert check_books() == ()


def test_only_those_who_may(desk_of):
    assert desk_of(Role.CASHIER).get("receipts").status_code == 403
    assert desk_of(Role.BILLING).get("receipt", "U-0000-0000-0").status_code == 404
