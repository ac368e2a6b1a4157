"""From what happened to what a device shows, over a push service of our own."""

import json
import socket
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.utils import timezone
from tests.doubles.push import BrowserKeys, PushDouble, running

from openmember.billing.statements.services import run_month
from openmember.devices import queries, sending, services
from openmember.devices.gateway import Forbidden, PushService
from openmember.devices.sending import message_for, send_news
from openmember.devices.types import News, Subscription
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.services import write_letter
from openmember.members.types import Actor
from openmember.payments.jobs import ensure_months
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.testing import (
    TESTER,
    TODAY,
    a_bill,
    a_member,
    a_payment,
    a_user,
    an_account,
)

ALL = frozenset(News) - {News.REPLY}


@pytest.fixture(scope="module")
def double(tmp_path_factory):
    with running(tmp_path_factory.mktemp("push")) as service:
        yield service


@pytest.fixture
def push(double, settings) -> PushDouble:
    double.received.clear()
    double.answers.clear()
    settings.PUSH_EXEMPT_HOSTS = (double.host,)
    settings.PUSH_CA_FILE = str(double.ca_file)
    return double


class Phone:
    """Ana's phone: her account, and the keys of her browser."""

    def __init__(self, push: PushDouble, *, language: str = "", wants=ALL, name="device-1") -> None:
        ensure_months(TODAY)
        self.keys = BrowserKeys()
        self.member = a_member(language=language)
        self.account = an_account(holder=self.member)
        self.user = a_user(member=self.member)
        self.actor = Actor("member", self.user.pk, member_id=self.member.id)
        self.device, self.token = services.trust(actor=self.actor, stamp="s", name="Chrome")
        self.subscribe(push.endpoint(name), wants)

    def subscribe(self, endpoint: str, wants=ALL) -> None:
        services.tell(
            device=self.device, wants=wants, language="en", actor=self.actor,
            subscription=Subscription(endpoint, self.keys.p256dh, self.keys.auth),
        )  # fmt: skip

    def shown(self, push: PushDouble) -> list[dict[str, str]]:
        return [json.loads(self.keys.open(one.body)) for one in push.received]

    def waiting(self) -> list[str]:
        rows = fetch_all(
            "SELECT kind FROM devices_outbox WHERE sent_at IS NULL AND given_up_at IS NULL ORDER BY kind"
        )
        return [row.kind for row in rows]


@pytest.fixture
def phone(db, push) -> Phone:
    return Phone(push)


def now():
    return timezone.now() + timedelta(seconds=1)


def test_a_new_bill_is_told_of_and_nothing_of_what_it_says(phone, push):
    a_bill(phone.account, 123_45, title="Visit of a kind nobody should know")

    told = send_news(now=now())

    assert (told.sent, told.put_off) == (1, 0)
    (shown,) = phone.shown(push)
    assert shown["body"] == "You have a new bill."
    assert shown["url"] == "/bills/"
    said = json.dumps(shown)
    for secret in ("123", phone.account.number, "Visit", "Ana", phone.member.mrn):
        assert secret not in said
    assert push.received[0].headers["Topic"] == "bill"


def test_what_was_told_is_not_told_again(phone, push):
    a_bill(phone.account)
    send_news(now=now())

    assert send_news(now=now()).sent == 0
    assert len(push.received) == 1


def test_a_payment_a_letter_and_a_statement_are_told_of(phone, push):
    a_payment(phone.account)
    assert phone.waiting() == ["receipt"]

    write_letter(
        account_number=phone.account.number, kind="documents_by_mail", key="k",
        values={"since": "2026-11-01"}, on=TODAY, actor=TESTER,
    )  # fmt: skip
    assert phone.waiting() == ["message", "receipt"]
    send_news(now=now())

    a_bill(phone.account, issued_on=TODAY, due_on=TODAY)
    run_month(month=TODAY.replace(day=1), today=TODAY + timedelta(days=20), actor=TESTER)
    assert phone.waiting() == ["bill", "message"]


def test_what_is_rolled_back_is_not_told_of(phone):
    with transaction.atomic():
        a_bill(phone.account)
        assert phone.waiting() == ["bill"]
        transaction.set_rollback(True)

    assert phone.waiting() == []


def test_two_bills_at_once_are_told_of_once(phone, push):
    a_bill(phone.account)
    a_bill(phone.account)

    assert phone.waiting() == ["bill"]


def test_a_bill_that_comes_while_one_is_being_sent_is_told_of_too(phone):
    a_bill(phone.account)
    fetch_all("UPDATE devices_outbox SET tries = 1")
    a_bill(phone.account)

    assert phone.waiting() == ["bill", "bill"]


def test_only_what_was_asked_for_is_told_of(db, push):
    phone = Phone(push, wants=frozenset({News.RECEIPT}))
    a_bill(phone.account)

    assert phone.waiting() == []


def test_nobody_else_is_told(phone):
    a_bill(an_account(holder=a_member()))
    a_payment(an_account(holder=a_member()))

    assert phone.waiting() == []


def test_news_under_a_joined_number_reaches_the_holder(phone):
    other = an_account(holder=a_member())
    merge_accounts(account=other, into=phone.account, merged_on=TODAY, actor=TESTER)
    fetch_all("DELETE FROM devices_outbox")

    # A payment begun under the old number is accepted after the two were joined.
    fetch_all("SELECT devices_note('receipt', %(numbers)s)", {"numbers": [other.number]})

    assert phone.waiting() == ["receipt"]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("es", "Tiene una factura nueva."),
        ("zh-hant", "您有一張新帳單。"),
        ("vi", "You have a new bill."),
    ],
)
def test_it_speaks_the_members_language(db, push, language, body):
    phone = Phone(push, language=language)
    a_bill(phone.account)
    send_news(now=now())

    assert phone.shown(push)[0]["body"] == body


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_is_over_is_dropped(phone, push, status):
    push.answers = [status]
    a_bill(phone.account)

    assert send_news(now=now()).over == 1
    assert fetch_all("SELECT 1 FROM devices_subscription") == []
    assert queries.find_device(token=phone.token).wants == frozenset()


def test_a_service_in_trouble_is_asked_again_later_and_not_for_ever(phone, push):
    a_bill(phone.account)
    at, tries = now(), 0
    push.answers = [429, 500, 503, 502, 500, 500, 500]
    while phone.waiting():
        told = send_news(now=at)
        tries += told.put_off + told.given_up
        at += timedelta(hours=1)

    assert tries == 6
    assert fetch_one("SELECT given_up_at IS NOT NULL AS is_over FROM devices_outbox").is_over


def test_a_service_may_say_when(phone, push):
    push.answers = [429]
    a_bill(phone.account)
    at = now()
    send_news(now=at)

    assert send_news(now=at + timedelta(minutes=29)).sent == 0
    assert send_news(now=at + timedelta(minutes=31)).sent == 1


def test_a_redirect_is_not_followed(phone, push):
    push.answers = [307]
    a_bill(phone.account)

    assert send_news(now=now()).given_up == 1


def test_a_sender_that_died_leaves_its_work_to_the_next(phone, push):
    a_bill(phone.account)
    fetch_all(
        "UPDATE devices_outbox SET tries = 1, due_at = %(at)s", {"at": now() + timedelta(minutes=5)}
    )

    assert send_news(now=now()).sent == 0
    assert send_news(now=now() + timedelta(minutes=6)).sent == 1


def test_what_no_sender_ever_came_back_from_is_given_up(phone, push):
    a_bill(phone.account)
    fetch_all("UPDATE devices_outbox SET tries = 6")

    told = send_news(now=now())

    assert (told.sent, told.given_up) == (0, 1)
    assert phone.waiting() == []
    assert push.received == []


def test_a_late_batch_is_claimed_from_when_it_is_taken_up(phone, monkeypatch):
    """The run began long ago: its last claim holds from now on, not from then."""
    a_bill(phone.account)
    at = now()
    passed = iter([0.0, 250.0, 251.0])
    monkeypatch.setattr(sending, "monotonic", lambda: next(passed))
    claimed = []
    monkeypatch.setattr(sending, "_tell", lambda *_: claimed.append(due_at()))

    send_news(now=at)

    assert claimed == [at + timedelta(seconds=250) + sending.CLAIM]


def due_at():
    return fetch_one("SELECT due_at FROM devices_outbox").due_at


def test_a_device_whose_trust_is_over_is_not_told(phone, push):
    a_bill(phone.account)
    # As another transaction leaves it that ends the trust while the news is being written.
    fetch_all("UPDATE devices_device SET revoked_at = now()")

    told = send_news(now=now())

    assert (told.sent, told.given_up) == (0, 1)
    assert push.received == []


def test_a_closed_sign_in_is_told_of_nothing_until_it_is_opened(phone, push):
    phone.user.is_active = False
    phone.user.save()
    a_bill(phone.account)
    assert send_news(now=now()).sent == 0
    assert phone.waiting() == []

    phone.user.is_active = True
    phone.user.save()
    a_bill(phone.account)
    assert send_news(now=now()).sent == 1
    assert len(push.received) == 1


def test_a_name_that_leads_inside_is_not_sent_to(monkeypatch):
    """The name is as good as any; where it leads is not."""
    monkeypatch.setattr(
        socket, "getaddrinfo",
        lambda *_, **__: [(0, 0, 0, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.7")],
    )  # fmt: skip

    with pytest.raises(Forbidden):
        PushService().send("https://push.example.com/a", body=b"", authorization="", topic="bill")


def test_without_a_certificate_we_trust_nothing_is_sent(phone, push, settings):
    settings.PUSH_CA_FILE = ""
    a_bill(phone.account)

    assert send_news(now=now()).put_off == 1
    assert push.received == []


def test_an_address_belongs_to_one_device(phone, push):
    other = Phone(push)  # The same browser, another person.

    assert queries.find_device(token=phone.token).wants == frozenset()
    assert queries.find_device(token=other.token).wants == ALL


@pytest.mark.parametrize(
    "endpoint", ["http://push.example.com/a", "https://10.0.0.1/a", "https://localhost/a"]
)
def test_an_address_inside_cannot_be_subscribed(phone, endpoint):
    with pytest.raises(services.CannotTell):
        phone.subscribe(endpoint)


def test_keys_of_another_shape_cannot_be_subscribed(phone, push):
    phone.keys.auth = b"short"
    with pytest.raises(services.CannotTell):
        phone.subscribe(push.endpoint())
    assert queries.find_device(token=phone.token).wants == ALL


def test_a_revoked_device_is_told_nothing_and_stays_revoked(phone):
    a_bill(phone.account)
    services.revoke(device=phone.device, actor=phone.actor, reason="removed")

    assert phone.waiting() == []
    assert queries.list_devices(user_id=phone.user.pk) == ()
    with pytest.raises(DatabaseError), transaction.atomic():
        fetch_all("UPDATE devices_device SET revoked_at = NULL")


def test_without_a_key_nothing_is_sent(phone, push, settings):
    settings.PUSH_KEY = ""
    a_bill(phone.account)

    assert send_news(now=now()).sent == 0


def test_every_kind_of_news_has_a_page_of_ours():
    for kind in News:
        assert message_for(kind, "en")["url"].startswith("/")
