"""The pages of an account: what they show, what they cost, and what their addresses never hold."""

import csv
import re
from datetime import timedelta

import pytest

from openmember.accounts import services as accounts
from openmember.billing.types import Line
from openmember.desk.pages import PLACES
from openmember.desk.tests.reading import words
from openmember.members.types import Role
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import TESTER, TODAY, a_bill, a_member, a_payment, an_account

pytestmark = pytest.mark.django_db

QUERIES_AT_MOST = 10
# The member at a glance shows what eight rooms know.
GLANCE_AT_MOST = 12


def test_each_key_leads_to_one_page():
    letters = [place.letter for place in PLACES]

    assert len(set(letters)) == len(letters)
    assert all(re.fullmatch("[A-Za-z0-9]", letter) for letter in letters)


@pytest.fixture
def account():
    holder = a_member(
        region="hawaii", language="zh-hant", reading_format="braille", phone="808-555-0134"
    )
    return an_account(holder=holder)


@pytest.fixture
def bills(account):
    return (
        a_bill(account, 200_00, due_on=TODAY + timedelta(days=3)),
        a_bill(account, 50_00, line=Line.MEDICAL, title="Visit of October 8"),
    )


@pytest.fixture
def payment(account, bills):
    return a_payment(account, 80_00, bills[0])


@pytest.fixture
def desk(desk_of, account):
    return desk_of(Role.SUPERVISOR, account=account)


def pages(bill, payment):
    return [
        ("find",), ("keys",), ("account",), ("bills",), ("bill", bill.reference), ("payments",),
        ("payment", payment.reference), ("ledger",), ("ledger_csv",), ("audit",), ("raise_bill",),
        ("cancel_bill", bill.reference), ("hold_bill", bill.reference),
        ("move", payment.reference), ("apply", payment.reference), ("refund", payment.reference),
        ("undo", payment.reference), ("join",),
    ]  # fmt: skip


def test_the_account_shows_needs_balances_and_what_is_open(desk, bills, payment):
    desk.find(desk.account.number)  # The contact came with it, so it may be read out.
    desk.open(desk.account)
    shown = words(desk.get("account"))

    for fact in ("Traditional Chinese", "Braille", "Hawaii", "808-555-0134", "Visit of October 8"):
        assert fact in shown
    assert "$170.00" in shown  # 200.00 and 50.00 billed, 80.00 paid.
    number = desk.account.number
    assert f"{number[:4]} {number[4:8]} {number[8:]}" in shown


def test_every_page_asks_the_database_little(desk, bills, payment, django_assert_max_num_queries):
    for page in pages(bills[0], payment):
        most = GLANCE_AT_MOST if page == ("account",) else QUERIES_AT_MOST
        with django_assert_max_num_queries(most):
            assert desk.get(*page).status_code == 200


def test_a_full_account_costs_no_more_queries(desk, account, django_assert_max_num_queries):
    for place in range(12):
        child = a_member(first=f"Child {place}")
        accounts.add_person(account_number=account.number, member_id=child.id, relationship="child")
        a_bill(account, 10_00)
        a_payment(account, 5_00)

    for page in ("account", "bills", "payments", "ledger", "audit"):
        with django_assert_max_num_queries(GLANCE_AT_MOST):
            desk.get(page)


def test_no_address_anywhere_holds_the_number(desk, bills, payment):
    number = desk.account.number
    for page in pages(bills[0], payment):
        answer = desk.get(*page)
        body = answer.content.decode()
        addresses = re.findall(r'(?:href|action|src|hx-\w+)="([^"]*)"', body)
        addresses += [
            answer.headers.get("Location", ""),
            answer.headers.get("Content-Disposition", ""),
        ]
        assert not [address for address in addresses if number in re.sub(r"\D", "", address)]


def test_every_reading_is_audited_with_its_reason(desk, bills, payment):
    read = [page for page in pages(bills[0], payment) if page[0] not in {"find", "keys"}]

    for page in read:
        desk.get(*page)

    details = [entry.detail for entry in desk.audited("account.read")]
    assert {detail["reason"] for detail in details} == {"caller"}
    assert len(details) == len(read)


def test_another_accounts_bills_and_payments_are_not_found(desk):
    stranger = an_account()
    bill, payment = a_bill(stranger), a_payment(stranger)

    assert desk.get("bill", bill.reference).status_code == 404
    assert desk.get("payment", payment.reference).status_code == 404
    assert desk.get("refund", payment.reference).status_code == 404
    assert desk.get("bill", "B-0000-0000-X").status_code == 404


def test_bills_can_be_narrowed_to_those_that_are_closed(desk, account, bills):
    a_payment(account, 50_00, bills[1])

    shown = words(desk.get("bills", state="closed"))

    assert "Visit of October 8" in shown
    assert "November premium" not in shown


def test_the_ledger_runs_back_from_what_is_owed_now(desk, bills, payment):
    shown = words(desk.get("ledger"))

    assert "Premium receivable" in shown
    owed = re.findall(r'data-label="Owed after">(\$[\d.]+)<', shown)
    assert owed == ["$170.00", "$250.00", "$200.00"]


def test_the_ledger_as_a_file_has_every_transfer(desk, bills, payment):
    answer = desk.get("ledger_csv")

    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [(row["kind"], row["amount"]) for row in rows] == [
        ("payment", "80.00"), ("bill", "50.00"), ("bill", "200.00"),
    ]  # fmt: skip
    assert answer["Content-Disposition"] == 'attachment; filename="ledger.csv"'


def test_the_ledger_of_a_joined_number_is_still_there(desk, account):
    gone = an_account()
    a_bill(gone, 33_00)
    merge_accounts(account=gone, into=account, merged_on=TODAY, actor=TESTER)

    shown = words(desk.get("ledger", of="1"))

    assert "Bill moved to the joined account" in shown


def test_the_audit_trail_names_bills_and_payments_by_reference(desk, bills, payment):
    shown = words(desk.get("audit"))

    assert bills[0].reference in shown
    assert payment.reference in shown


def test_the_audit_trail_goes_back_page_by_page(desk):
    for _ in range(51):
        desk.get("account")

    first = desk.get("audit").content.decode()
    older = re.search(r"\?before=(\d+)", first).group(1)

    assert "account.open" not in first
    assert "account.open" in desk.get("audit", before=older).content.decode()
