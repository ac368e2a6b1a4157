"""The counter: scan, take, receipt, void, count and deposit, each page as a cashier meets it."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from openmember.billing.statements.rules import scan_line
from openmember.billing.types import Line
from openmember.desk.tests.reading import words as source
from openmember.directory.queries import zone_of
from openmember.ledger.queries import get_balance
from openmember.members.types import Role
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.queries import list_payments
from openmember.payments.testing import a_bill, a_member, a_staff_user, an_account
from openmember.payments.types import Method, Status

pytestmark = pytest.mark.django_db

QUERIES_AT_MOST = 10
# The counter's own day: facilities of these tests are in California.
TODAY = timezone.localdate(timezone=zone_of(region="california")).isoformat()


def words(answer) -> str:
    """Return what a page says, without its tags."""
    return " ".join(strip_tags(source(answer).replace("<", " <")).split())


class Cashier:
    """A person at a counter."""

    def __init__(self, client):
        self.client = client

    def get(self, name, *args):
        return self.client.get(reverse(f"desk:{name}", args=args))

    def post(self, name, *args, **fields):
        kept = self.client.session.get("desk_opened") or {}
        given = {"opened": kept.get("token", ""), **fields}
        return self.client.post(reverse(f"desk:{name}", args=args), given, follow=True)

    def open(self, drawer="Pharmacy 1", cents="200"):
        return self.post("counter_open", key="open", drawer=drawer, float=cents)

    def scan(self, text):
        return self.post("counter_scan", text=text)

    def take(self, key="k1", **fields):
        """Hand something over and confirm what is shown."""
        asked = self.post("counter_pay", key=key, **fields)
        shown = asked.context.get("visit")
        if shown is None:
            return asked
        return self.post("counter_pay", key=key, confirmed=shown.amount_cents, **fields)

    def count(self, checks="", **pieces):
        return self.post("counter_count", key="count", confirmed="yes", checks=checks, **pieces)


@pytest.fixture
def counter_of(client_of, settings):
    settings.PAYMENT_GATEWAY = "sandbox"
    ensure_months(timezone.localdate())

    def sign_in(*roles, location="Oakland"):
        user = a_staff_user(*roles)
        user.location = location
        user.save()
        return Cashier(client_of(user))

    return sign_in


@pytest.fixture
def cashier(counter_of):
    cashier = counter_of(Role.CASHIER)
    cashier.open()
    return cashier


@pytest.fixture
def account(db):
    holder = a_member(email="ana@example.org", phone="510-555-0142")
    account = an_account(holder=holder)
    today = timezone.localdate()
    for line, cents in ((Line.MEDICAL, 40_00), (Line.PHARMACY, 20_00)):
        a_bill(account, cents, line=line, issued_on=today - timedelta(5), due_on=today)
    return account


def taken(account):
    return list_payments(numbers=account.numbers).payments


def test_cash_is_taken_and_the_change_is_told(cashier, account):
    cashier.scan(account.number)

    asked = cashier.post("counter_pay", key="k1", cash="100")
    done = cashier.take(cash="100")

    assert "Change $40.00" in words(asked)
    assert "Change $40.00" in words(done)
    assert get_balance(account_number=account.number).owed_cents == 0
    assert taken(account)[0].payer == f"person:{account.holder_id}"
    assert check_books() == ()


def test_nothing_is_taken_before_it_is_confirmed(cashier, account):
    cashier.scan(account.number)
    cashier.post("counter_pay", key="k1", cash="100")

    assert taken(account) == ()


def test_what_changed_since_it_was_shown_is_shown_again(cashier, account):
    cashier.scan(account.number)
    asked = cashier.post("counter_pay", key="k1", cash="=")
    a_bill(account, 5_00, issued_on=timezone.localdate(), due_on=timezone.localdate())

    again = cashier.post(
        "counter_pay", key="k1", cash="=", confirmed=asked.context["visit"].amount_cents
    )

    assert "Take $65.00" in words(again)
    assert taken(account) == ()


def test_the_bills_chosen_are_still_chosen_when_it_is_confirmed(cashier, account):
    cashier.scan(account.number)
    pharmacy = a_bill(account, 7_00, line=Line.PHARMACY)

    asked = source(cashier.post("counter_pay", key="k1", cash="=", bills=[str(pharmacy.id)]))

    assert f'name="bills" value="{pharmacy.id}"' in asked


def test_the_line_of_a_statement_and_an_mrn_open_the_account_too(cashier, account):
    assert "$60.00" in words(cashier.scan(scan_line(account.number, 60_00)))
    cashier.post("counter_next")
    assert "$60.00" in words(cashier.scan(f"{account.number[:4]} {account.number[4:]}"))


def test_a_number_with_a_slip_opens_nothing(cashier, account):
    answer = cashier.scan(account.number[:-1] + str((int(account.number[-1]) + 1) % 10))

    assert "check digits do not fit" in words(answer)
    assert "Scan or key the number" in words(answer)


def test_split_tender_with_the_rest_in_cash(cashier, account):
    cashier.scan(account.number)

    cashier.take(card="30", check="20", check_number="88", cash="=")

    assert {one.method: one.amount_cents for one in taken(account)} == {
        Method.CARD: 30_00, Method.CHECK: 20_00, Method.CASH: 10_00,
    }  # fmt: skip


def test_bills_chosen_are_paid_and_no_other(cashier, account):
    cashier.scan(account.number)
    pharmacy = a_bill(account, 7_00, line=Line.PHARMACY)

    cashier.take(cash="=", bills=[str(pharmacy.id)])

    assert [(one.bill_id, one.amount_cents) for one in taken(account)[0].allocations] == [
        (pharmacy.id, 7_00)
    ]


def test_a_prescription_is_charged_and_paid_at_once(cashier, account):
    cashier.scan(account.number)

    answer = cashier.take(cash="20", kind="dispensing", number="RX 7001", copay="15")

    assert "Change $5.00" in words(answer)
    assert get_balance(account_number=account.number).owed_cents == 60_00


def test_a_card_that_declines_is_said_and_takes_nothing(cashier, account):
    cashier.scan(account.number)

    answer = cashier.take(card="30.01", cash="=")

    assert answer.status_code == 422
    assert "The card was declined. Nothing was taken." in words(answer)
    assert {one.status for one in taken(account)} == {Status.DECLINED}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Enter what is handed over"),
        ({"cash": "10"}, "less than the amount"),
        ({"card": "70"}, "Change is given on cash only"),
        ({"check": "="}, "number printed on the check"),
        ({"cash": "=", "card": "="}, "Only one of them"),
        ({"cash": "20", "copay": "15"}, "number of the prescription"),
        ({"cash": "=", "paper": "77", "paper_on": TODAY}, "no paper receipt of this number"),
        ({"cash": "=", "paper": "77"}, "Enter the day that is written"),
        ({"cash": "=", "paper": "77", "paper_on": "2199-01-01"}, "a day to come"),
    ],
)
def test_what_does_not_pay_is_not_taken(cashier, account, fields, said):
    cashier.scan(account.number)

    assert said.lower() in words(cashier.take(**fields)).lower()
    assert taken(account) == ()


def test_a_form_sent_twice_takes_once(cashier, account):
    cashier.scan(account.number)
    cashier.take(cash="100")
    cashier.take(cash="100")

    assert len(taken(account)) == 1


def test_the_screen_takes_at_most_ten_queries(cashier, account):
    cashier.scan(account.number)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        cashier.get("counter_pay")

    assert len(asked) <= QUERIES_AT_MOST, [one["sql"][:80] for one in asked]


def test_a_count_is_blind_until_it_is_made(cashier, account):
    cashier.scan(account.number)
    cashier.take(cash="=")
    cashier.post("counter_next")

    before = words(cashier.get("counter_count")) + words(
        cashier.post("counter_count", key="count", piece_10000="2")
    )
    after = words(cashier.count(piece_10000="2", piece_2000="3"))

    assert "260.00" not in before
    assert "It balances" in after
    assert "$260.00" in after


def test_a_counted_drawer_goes_to_the_bank_with_its_slip(cashier, account):
    cashier.scan(account.number)
    cashier.take(cash="=")
    cashier.post("counter_next")
    cashier.count(piece_10000="2", piece_2000="3")

    slip = words(cashier.post("counter_deposit_now"))
    again = words(cashier.post("counter_deposit_now"))

    assert "Total $60.00" in slip
    assert "No counted drawer holds money" in again
    assert check_books() == ()


def test_a_void_waits_for_a_supervisor(cashier, counter_of, account):
    cashier.scan(account.number)
    cashier.take(cash="=")
    (payment,) = taken(account)
    supervisor = counter_of(Role.SUPERVISOR)

    cashier.post("counter_void", payment.reference, key="v", reason="wrong member")
    assert taken(account)[0].status is Status.ACCEPTED
    assert cashier.post("counter_decide", 1, answer="agree").status_code == 403
    page = supervisor.get("counter_drawers")
    (asked,) = page.context["voids"]
    said = words(supervisor.post("counter_decide", asked.id, answer="agree"))

    assert "$60.00 leaves the drawer" in said
    assert taken(account)[0].status is Status.VOIDED
    assert check_books() == ()


def test_a_paper_receipt_is_keyed_once(cashier, counter_of, account):
    counter_of(Role.SUPERVISOR).post("counter_paper", key="p", first="100", last="149")
    cashier.scan(account.number)
    cashier.take(key="a", cash="=", amount="10", paper="120", paper_on=TODAY)

    again = words(cashier.take(key="b", cash="=", amount="10", paper="120", paper_on=TODAY))

    assert "keyed before" in again
    assert len(taken(account)) == 1


def test_a_receipt_by_email_tells_its_number_and_the_amount_only(cashier, account):
    cashier.scan(account.number)
    cashier.take(cash="=")
    (payment,) = taken(account)

    cashier.post("counter_send", payment.reference, way="email")
    cashier.post("counter_send", payment.reference, way="text")

    (message,) = mail.outbox
    assert message.to == ["ana@example.org"]
    assert payment.reference in message.body
    assert "$60.00" in message.body
    assert not any(said in message.body for said in (account.number, "Ruiz", "premium"))


def test_the_receipt_comes_on_paper_and_as_a_pdf(cashier, account):
    from io import BytesIO

    from pypdf import PdfReader

    cashier.scan(account.number)
    cashier.take(cash="100")
    (payment,) = taken(account)

    slip = words(cashier.get("counter_slip", payment.reference))
    pdf = PdfReader(BytesIO(cashier.get("counter_pdf", payment.reference).content))

    assert payment.reference in slip
    assert account.number not in slip
    assert payment.reference in pdf.pages[0].extract_text()
    assert round(float(pdf.pages[0].mediabox.width) / 72 * 25.4) == 80


def test_anothers_receipt_is_not_shown(cashier, counter_of, account):
    cashier.scan(account.number)
    cashier.take(cash="=")
    (payment,) = taken(account)
    cashier.post("counter_next")
    cashier.scan(an_account().number)

    assert cashier.get("counter_receipt", payment.reference).status_code == 404


def test_somebody_at_no_facility_is_told_so(counter_of):
    assert "No counter here" in words(counter_of(Role.CASHIER, location="Home").get("counter"))


@pytest.mark.parametrize("role", [Role.BILLING, Role.FINANCE])
def test_only_who_takes_payments_works_at_a_counter(counter_of, role):
    assert counter_of(role).get("counter").status_code == 403


@pytest.mark.parametrize(("location", "leads"), [("Oakland", True), ("Home", False)])
def test_the_account_leads_to_the_counter_from_where_there_is_one(
    counter_of, account, location, leads
):
    person = counter_of(Role.CASHIER, location=location)
    person.post("find", text=account.number)
    person.post("open", pick=f"{account.holder_id}:{account.number[-4:]}", reason="caller")

    for page in ("account", "payments"):
        assert ("Take a payment" in words(person.get(page))) is leads
