"""Credit at the desk: found, proposed, approved by somebody else, paid by check."""

import pytest
from django.urls import reverse

from openmember.desk.tests.reading import words
from openmember.members.types import Address, Role
from openmember.payments.credits import jobs, queries
from openmember.payments.jobs import check_books
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TESTER, TODAY, a_member, a_payment, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    home = Address(street="1 Elm St", city="Oakland", state="CA", postal_code="94612")
    return an_account(holder=a_member(address=home))


@pytest.fixture
def desk(desk_of, account):
    a_payment(account, 500_00)
    return desk_of(Role.FINANCE, account=account)


def refunds(desk):
    return queries.list_refunds(numbers=desk.account.numbers)


def test_the_queue_shows_age_amount_and_suggestion(desk):
    jobs.find_credits(today=TODAY)

    page = words(desk.get("credits"))

    assert "$500.00" in page
    assert "Give it back" in page or "Wait: it may still bounce" in page
    assert "No period is configured for these states" in page
    assert desk.account.number not in page


def test_an_account_is_opened_from_the_queue_to_work_on_it(desk):
    jobs.find_credits(today=TODAY)
    row = queries.list_queue(today=TODAY).rows[0]

    desk.client.post(reverse("desk:open"), {"pick": row.pick, "reason": "review"})

    assert "Give credit back" in words(desk.get("credit"))


def test_small_credit_goes_back_at_once(desk):
    asked = desk.ask("refund_credit", amount="50", reason="Asked for it")
    done = desk.do("refund_credit", amount="50", reason="Asked for it")

    assert "At once" in words(asked)
    assert "was made" in words(done)
    assert desk.balance().refunds_cents == 50_00


def test_large_credit_waits_for_a_second_person(desk, desk_of, account):
    desk.do("refund_credit", amount="500", reason="Asked for it")
    (refund,) = refunds(desk)

    own = desk.do("decide_credit", refund.reference, key="b", answer="approve", reason="fine")
    other = desk_of(Role.SUPERVISOR, account=account)
    approved = other.do("decide_credit", refund.reference, key="c", answer="approve", reason="fine")

    assert "Somebody else approves a refund above the limit." in words(own)
    assert "was approved" in words(approved)
    assert desk.balance().refunds_cents == 500_00
    assert check_books() == ()


def test_who_may_not_approve_is_not_let_in(desk, desk_of, account):
    desk.do("refund_credit", amount="500", reason="Asked for it")
    billing = desk_of(Role.BILLING, account=account)

    assert billing.get("decide_credit", refunds(desk)[0].reference).status_code == 403
    assert desk_of(Role.REPRESENTATIVE).get("credits").status_code == 403


def test_more_than_there_is_cannot_go_back(desk):
    answer = desk.ask("refund_credit", amount="500.01", reason="Asked for it")

    assert answer.status_code == 422
    assert "$500.00 or less" in words(answer)


def test_checks_are_drawn_listed_and_stopped(desk):
    desk.do("refund_credit", amount="50", reason="Asked for it")

    register = words(desk.client.post(reverse("desk:draw_checks")))
    (refund,) = refunds(desk)
    number = refund.parts[0].check_number
    again = words(desk.client.post(reverse("desk:draw_checks")))
    stopped = desk.do("stop_check", str(number), key="s", reason="Lost in the mail")

    assert f"{number}" in register
    assert "1 Elm St" in register
    assert "No refund waits for a check." in again
    assert "was stopped" in words(stopped)
    assert (desk.balance().credit_cents, desk.balance().refunds_cents) == (500_00, 0)
    assert check_books() == ()


def test_credit_of_a_joined_account_goes_by_check(desk_of, account):
    other = an_account()
    a_payment(other, 20_00)
    merge_accounts(account=other, into=account, merged_on=TODAY, actor=TESTER)
    desk = desk_of(Role.FINANCE, account=account)

    assert "By check: it came with a joined account" in words(desk.get("credit"))


def test_another_accounts_refund_and_check_are_not_found(desk, desk_of):
    desk.do("refund_credit", amount="50", reason="Asked for it")
    desk.client.post(reverse("desk:draw_checks"))
    (refund,) = refunds(desk)
    other = desk_of(Role.SUPERVISOR, account=an_account())

    assert other.get("decide_credit", refund.reference).status_code == 404
    assert other.get("stop_check", str(refund.parts[0].check_number)).status_code == 404
