"""Charges of visits and dispensings, from a CSV to bills."""

import pytest

from openmember.billing.queries import list_bills, list_lines
from openmember.billing.types import Line
from openmember.claims import models
from openmember.exchange.x835.testing import Decided, Served, compose_835
from openmember.ledger.queries import get_balance
from openmember.members.testing import TESTER, a_member
from openmember.payments.jobs import check_books
from openmember.payments.remittances.services.charges import take_charges
from openmember.payments.testing import TODAY, a_payment, an_account

pytestmark = pytest.mark.django_db

HEAD = "account,visit,kind,date,description,amount,mrn,provider\n"


@pytest.fixture
def account():
    return an_account(holder=a_member(first="Ana", last="River"))


@pytest.fixture
def charge(tmp_path):
    def charging(*rows: str, head: str = HEAD):
        path = tmp_path / "charges.csv"
        path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
        return take_charges(path=path, on=TODAY, actor=TESTER)

    return charging


def visit(account, amount="25.00", number="V1", kind="visit", what="Copay", mrn=""):
    return f"{account.number},{number},{kind},2026-11-18,{what},{amount},{mrn},Clinic"


def bills_of(account):
    return list_bills(numbers=account.numbers, today=TODAY).bills


def test_rows_of_one_visit_are_one_itemised_bill(charge, account):
    taken = charge(visit(account), visit(account, "40.00", what="Laboratory"))

    (bill,) = bills_of(account)
    assert (taken.visits, taken.bills_raised, taken.asked_cents) == (1, 1, 65_00)
    assert (bill.title, bill.line) == ("Care on November 18, 2026", Line.MEDICAL)
    assert [(line.description, line.amount_cents) for line in list_lines(bill=bill)] == [
        ("Copay", 25_00),
        ("Laboratory", 40_00),
    ]
    assert check_books() == ()


def test_a_dispensing_is_a_pharmacy_bill(charge, account):
    charge(visit(account, kind="dispensing"))

    assert bills_of(account)[0].line is Line.PHARMACY


def test_credit_is_used_at_once(charge, account):
    a_payment(account, 10_00)

    charge(visit(account))

    assert bills_of(account)[0].open_cents == 15_00


def test_the_same_file_and_the_same_visit_again_raise_nothing(charge, account):
    charge(visit(account))

    assert charge(visit(account)).already_taken
    again = charge(visit(account), visit(account, number="V2"))

    assert (again.visits, again.repeated) == (1, 1)
    assert len(bills_of(account)) == 2


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("123456789012,V2,visit,2026-11-18,Copay,5.00,,Clinic", "leads to no account"),
        ("{number},V2,visit,2026-11-18,Copay,5.00,9999999,Clinic", "is of nobody"),
        ("{number},V1,visit,2026-11-19,Copay,5.00,,Clinic", "contradicts row 2"),
        ("{number},V2,visit,2026-02-30,Copay,5.00,,Clinic", "date is no day"),
        ("{number},V2,visit,2026-11-18,Copay,5,000,Clinic", "more or fewer cells"),
        ("{number},V2,visit,2026-11-18,Copay,5.001,,Clinic", "amount is no amount"),
        ("{number},V2,visit,2026-11-18,Copay,-5.00,,Clinic", "more than nothing"),
        ("{number},V2,surgery,2026-11-18,Copay,5.00,,Clinic", "kind is not one of"),
        ("{number},,visit,2026-11-18,Copay,5.00,,Clinic", "visit is empty"),
    ],
)
def test_one_bad_row_refuses_the_file_whole(charge, account, row, said):
    if "more or fewer" in said:
        row += ",more"
    taken = charge(visit(account), row.format(number=account.number))

    assert not taken.accepted
    assert any(said in problem.message for problem in taken.problems), taken.problems
    assert bills_of(account) == ()
    assert models.Visit.objects.count() == 0


def test_a_visit_charged_before_with_other_contents_refuses_the_file(charge, account):
    charge(visit(account))

    taken = charge(visit(account, "30.00"))

    assert [problem.message for problem in taken.problems] == [
        "This visit was charged before, with other contents."
    ]


@pytest.mark.parametrize("head", ["", "account,visit\n", HEAD.replace("mrn", "color")])
def test_other_columns_are_refused(charge, account, head):
    assert not charge(visit(account), head=head).accepted


def claim_of(account, cents, control="V1"):
    share = Served(200_00, (("PR", "3", cents),))
    return compose_835([Decided("", (share,), control=control)])


@pytest.mark.parametrize(("cents", "owed"), [(60_00, 60_00), (25_00, 25_00), (10_00, 10_00)])
def test_what_was_asked_at_the_visit_counts_when_the_payer_decides(
    charge, take_claims, account, cents, owed
):
    charge(visit(account))

    taken = take_claims(claim_of(account, cents))

    assert taken.effects.claims_taken == 1
    assert get_balance(account_number=account.number).medical_cents == owed
    assert check_books() == ()


def test_a_visit_charged_after_the_payer_decided_asks_for_nothing_more(
    charge, take_claims, account
):
    charge(visit(account, number="V0"))
    mrn = a_member_number(account)
    share = Served(200_00, (("PR", "3", 60_00),))
    take_claims(compose_835([Decided(mrn, (share,), control="V1")]))

    taken = charge(visit(account))

    assert taken.bills_raised == 0
    assert get_balance(account_number=account.number).medical_cents == 25_00 + 60_00
    assert check_books() == ()


def a_member_number(account):
    from openmember.members.queries import get_member

    return get_member(member_id=account.holder_id).mrn
