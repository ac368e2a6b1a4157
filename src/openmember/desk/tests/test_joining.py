"""Joining two accounts at the desk."""

import pytest

from openmember.accounts.queries import get_account
from openmember.members.types import Role
from openmember.payments.jobs import check_books
from openmember.payments.testing import a_bill, a_member, a_payment, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk_of):
    return desk_of(Role.SUPERVISOR, account=an_account())


@pytest.fixture
def other():
    return an_account(holder=a_member(first="Anna"))


def test_both_sides_are_shown_before_they_are_joined(desk, other):
    a_bill(other, 33_00)

    answer = desk.ask("join", number=other.number, last_four=other.number[-4:])

    assert "Anna Ruiz" in answer.content.decode()
    assert "$33.00" in answer.content.decode()
    assert get_account(number=other.number).number == other.number


def test_what_the_other_account_owes_and_holds_moves_here(desk, other):
    a_payment(other, 20_00)
    a_bill(desk.account, 50_00)

    desk.do("join", number=other.number, last_four=other.number[-4:])

    assert get_account(number=other.number).number == desk.account.number
    assert desk.balance().owed_cents == 30_00
    assert check_books() == ()


def test_joined_once_however_often_it_is_sent(desk, other):
    desk.do("join", number=other.number, last_four=other.number[-4:])
    answer = desk.do("join", number=other.number, last_four=other.number[-4:])

    assert "was done already" in answer.content.decode()


@pytest.mark.parametrize(
    ("number", "last_four", "said"),
    [
        ("own", "own", "leads to the account that is open"),
        ("other", "0000", "not the last four digits"),
        ("123456789012", "9012", "check digits do not fit"),
        ("ruiz", "ruiz", "not a bill pay number"),
        ("", "", "An answer is needed here."),
    ],
)
def test_a_number_that_does_not_fit_joins_nothing(desk, other, number, last_four, said):
    numbers = {"own": desk.account.number, "other": other.number}
    number, fours = numbers.get(number, number), {"own": desk.account.number[-4:]}

    answer = desk.do("join", number=number, last_four=fours.get(last_four, last_four))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert get_account(number=other.number).number == other.number
