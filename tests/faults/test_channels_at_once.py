"""The same payment by every way at once: one key posts it once, a key each posts each, the rest is credit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client
from django.utils import timezone

from openmember.accounts.types import Account
from openmember.billing.statements import queries as statements
from openmember.billing.statements.services import run_month
from openmember.directory.facilities import find_facility
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.members.types import GUEST, Role
from openmember.payments.assisted.testing import a_link
from openmember.payments.batch import BatchPayment, post_batch
from openmember.payments.drawers.services.opening import open_drawer
from openmember.payments.drawers.testing import a_person, a_visit, take
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.queries import list_payments
from openmember.payments.receipts.testing import a_wire, wires_came
from openmember.payments.services.door import KeyReused
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.testing import TESTER, a_bill, a_member, a_user, an_account
from openmember.payments.types import Channel, Method, PaymentRequest
from openmember.phone.simulator.carrier import Carrier

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]

CENTS = 300_10
ROUNDS = 3


@dataclass
class Payer:
    """One way to pay, brought to the last step: `pay` is what does it."""

    name: str
    pay: Callable[[], object]


@pytest.fixture
def account() -> Account:
    today = timezone.localdate()
    # The day the statement of this month is closed lies in the next one.
    for day in (today, today + timedelta(days=31)):
        ensure_months(day)
    fetch_all("DELETE FROM kernel_throttle")
    holder = a_member(email="ana@example.org", region="california")
    a_user(member=holder, email="ana@example.org")
    account = an_account(holder=holder)
    a_bill(account, CENTS, issued_on=today.replace(day=1), due_on=today + timedelta(days=9))
    return account


def all_at_once(payers: list[Payer]) -> dict[str, object]:
    """Have all of them pay at the same moment, each in a thread with connections of its own."""
    start, said = Barrier(len(payers)), {}

    def go(payer: Payer) -> None:
        start.wait()
        try:
            said[payer.name] = payer.pay()
        except Exception as failed:
            said[payer.name] = failed
        finally:
            connections.close_all()

    threads = [Thread(target=go, args=(payer,)) for payer in payers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def guest(account: Account) -> Payer:
    browser = Client(REMOTE_ADDR="127.0.0.11")
    browser.post("/guest/", {"number": account.number, "amount": "300.10"})
    browser.post("/guest/how/", {"method": "card"})
    key = browser.session["guest"]["choice"]["key"]
    return Payer("guest", lambda: browser.post("/guest/confirm/", {"key": key}).status_code)


def caller(account: Account) -> Payer:
    carrier = Carrier()
    carrier.call()
    for keys in ("1", "1", f"{account.number}#", "2", "30010#", "1", "1"):
        carrier.press(keys)
    carrier.give_card()
    return Payer("phone", lambda: carrier.press("1").text)


def bank(account: Account) -> Payer:
    line = a_wire(CENTS, f"BILL PAY {account.number}", "WIRE-1")
    return Payer("bank", lambda: wires_came(timezone.localdate(), line).posted)


def counter(account: Account) -> Payer:
    cashier = a_person(Role.CASHIER)
    drawer = open_drawer(
        facility=find_facility(location="Oakland"), name="Pharmacy 1", float_cents=200_00,
        on=timezone.localdate(), actor=cashier,
    )  # fmt: skip
    return Payer("counter", lambda: take(account, drawer, cashier, a_visit(CENTS)))


def link(account: Account) -> Payer:
    _asked, token = a_link(account, CENTS, now=timezone.now())
    browser = Client(REMOTE_ADDR="127.0.0.12")
    browser.get(f"/pay-link/{token}/open/", follow=True)
    return Payer("link", lambda: browser.post("/pay-link/", {"method": "card"}).status_code)


def made(account: Account):
    return list_payments(numbers=account.numbers).payments


@pytest.mark.parametrize("ways", [(guest, caller, bank), (guest, caller, bank, counter, link)])
def test_a_key_each_posts_each_and_the_member_sees_the_rest_as_credit(account, ways):
    said = all_at_once([way(account) for way in ways])

    payments = made(account)
    assert len(payments) == len(ways), said
    assert len({one.channel for one in payments}) == len(ways)
    assert all(one.has_arrived for one in payments)
    balance = get_balance(account_number=account.number)
    credit = (len(ways) - 1) * CENTS
    assert (balance.owed_cents, balance.credit_cents) == (0, credit)
    assert check_books() == ()
    shown = f"${credit / 100:,.2f}"
    assert shown in portal_page(account)
    assert shown in statement_text(account)


def one_key(account: Account, key: str) -> list[Payer]:
    """The same payment at the doors of three channels, which some mistake gave one key."""
    today = timezone.localdate()

    def through(channel: Channel) -> Callable[[], object]:
        request = PaymentRequest(key, CENTS, Method.CARD, channel, "guest", today)
        return lambda: pay_through_gateway(account=account, request=request, actor=GUEST)

    row = BatchPayment(account.number, key, CENTS, Method.CARD, Channel.BANK, "guest", today)
    return [
        Payer("guest", through(Channel.GUEST)),
        Payer("phone", through(Channel.PHONE)),
        Payer("link", through(Channel.REPRESENTATIVE)),
        Payer("bank", lambda: post_batch(rows=[row], actor=TESTER)),
    ]


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_one_key_posts_once_and_the_others_are_told(account, attempt):
    said = all_at_once(one_key(account, f"same-{attempt}"))

    (payment,) = made(account)
    assert payment.has_arrived
    taken = {"guest": Channel.GUEST, "phone": Channel.PHONE, "link": Channel.REPRESENTATIVE}
    for name, channel in taken.items():
        assert isinstance(said[name], KeyReused) is (payment.channel is not channel), said
    assert (said["bank"].posted == 1) is (payment.channel is Channel.BANK)
    assert len(said["bank"].refused) == (payment.channel is not Channel.BANK)
    assert get_balance(account_number=account.number).credit_cents == 0
    assert check_books() == ()


def test_one_key_on_one_channel_sent_many_times_at_once_posts_once(account):
    request = PaymentRequest(
        "same", CENTS, Method.CARD, Channel.GUEST, "guest", timezone.localdate()
    )

    def pay() -> int:
        return pay_through_gateway(account=account, request=request, actor=GUEST).payment.id

    said = all_at_once([Payer(f"copy {n}", pay) for n in range(6)])

    assert len(made(account)) == 1
    assert set(said.values()) == {made(account)[0].id}
    assert check_books() == ()


def portal_page(account: Account, address: str = "/account/") -> str:
    browser = Client()
    user = get_user_model().objects.get(member_id=account.holder_id)
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser.get(address).content.decode()


def statement_text(account: Account) -> str:
    month = timezone.localdate().replace(day=1)
    run_month(month=month, today=month + timedelta(days=32), actor=TESTER)
    (one,) = statements.list_statements(numbers=account.numbers, holder_id=account.holder_id)
    return portal_page(account, f"/documents/statements/{one.reference}/")
