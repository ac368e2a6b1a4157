"""Bad debt and write-offs at the desk: a refusal shows the rule."""

from datetime import date, timedelta

import pytest

from openmember.billing.debts import queries
from openmember.billing.types import Line
from openmember.desk.tests.reading import again, open_cents, words
from openmember.members.types import Address, Role
from openmember.payments.jobs import check_books
from openmember.payments.testing import TODAY, a_bill, a_member, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return an_account(holder=a_member(address=Address(state="CA")))


@pytest.fixture
def desk(desk_of, account):
    return desk_of(Role.FINANCE, account=account)


@pytest.fixture
def young(account):
    return a_bill(account, 400_00, line=Line.MEDICAL)


@pytest.fixture
def old(account):
    issued = date(2020, 1, 15)
    due = issued + timedelta(days=30)
    return a_bill(account, 400_00, line=Line.MEDICAL, issued_on=issued, due_on=due)


def test_a_young_bill_is_not_collected_and_the_page_says_by_which_law(desk, young):
    page = words(desk.get("bill", young.reference))
    refused = desk.do("place_debt", young.reference, reason="No answer")

    for said in (page, words(refused)):
        assert "HSC 127425(d); AB 1020" in said
        assert "26 CFR 1.501(r)-6(c)(3)(i)" in said
    assert refused.status_code == 422
    assert queries.get_debt(bill=young, today=TODAY).placements == ()


def test_an_old_bill_is_given_to_bad_debt_and_taken_back(desk, old):
    desk.do("place_debt", old.reference, key="a", reason="No answer")
    placed = words(desk.get("bill", old.reference))
    desk.do("recall_debt", old.reference, key="b", reason="Asked for help")

    assert "Given to bad debt" in placed
    (placement,) = queries.get_debt(bill=old, today=TODAY).placements
    assert placement.recall_reason == "Asked for help"


def test_a_large_write_off_waits_for_somebody_else(desk, desk_of, account, young):
    desk.do("write_off", young.reference, amount="400", reason="Cannot pay")
    (asked,) = queries.list_write_offs(numbers=account.numbers)
    own = desk.do("decide_write_off", asked.reference, key="b", answer="approve", reason="ok")
    other = desk_of(Role.SUPERVISOR, account=account)
    other.do("decide_write_off", asked.reference, key="c", answer="approve", reason="ok")

    assert "Somebody else approves a write-off above the limit." in words(own)
    assert open_cents(young) == 0
    assert check_books() == ()


def test_a_small_write_off_is_done_at_once(desk, young):
    done = desk.do("write_off", young.reference, amount="5", reason="Rounding")

    assert "$5.00 was written off." in words(done)
    assert again(young).open_cents == 395_00


def test_who_may_not_write_off_sees_none_of_it(desk_of, account, old):
    billing = desk_of(Role.BILLING, account=account)

    assert "Bad debt" not in words(billing.get("bill", old.reference))
    assert billing.get("write_off", old.reference).status_code == 403
    assert billing.get("place_debt", old.reference).status_code == 403


def test_another_accounts_write_off_is_not_found(desk, desk_of, young):
    desk.do("write_off", young.reference, amount="400", reason="Cannot pay")
    (asked,) = queries.list_write_offs(numbers=desk.account.numbers)
    other = desk_of(Role.SUPERVISOR, account=an_account())

    assert other.get("decide_write_off", asked.reference).status_code == 404
