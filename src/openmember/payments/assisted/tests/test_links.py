"""A payment link: who gets it, what is kept of it, and that it pays once."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from openmember.billing.types import Line
from openmember.kernel.audit.queries import list_entries
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.members.testing import staff
from openmember.members.types import GUEST, NotAllowed, Role
from openmember.payments.assisted import models, queries, rules
from openmember.payments.assisted.services import links, paying
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.testing import ZONE, a_link
from openmember.payments.assisted.types import AskedStatus, Way
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.queries import list_payments
from openmember.payments.testing import a_bill, a_member, a_payment, an_account
from openmember.payments.types import Channel, Method, Status
from openmember.texting.models import TextMessage

pytestmark = pytest.mark.django_db

CARD = paying.How(Method.CARD)


@pytest.fixture
def now(db) -> datetime:
    moment = timezone.now()
    ensure_months(moment.date())
    fetch_all("DELETE FROM kernel_throttle")
    return moment


@pytest.fixture
def account(now):
    return an_account(holder=a_member(email="ana@example.org", phone="5104444142", language="es"))


@pytest.fixture
def visit(account):
    return a_bill(account, 45_10, line=Line.MEDICAL, title="Oncology visit of November 3")


def pay(asked, now, how=CARD):
    return paying.pay_asked(
        asked=asked, how=how, payer="guest", actor=GUEST, now=now, today=now.date()
    ).payment


def status(asked, now):
    fresh = queries.find_asked(asked_id=asked.id)
    return queries.get_status(asked=fresh, now=now)


def test_the_message_is_in_the_members_language_and_tells_no_name_number_or_care(
    account, visit, now
):
    asked, token = a_link(account, 45_10, visit, now=now)

    (message,) = mail.outbox
    assert message.to == ["ana@example.org"]
    assert token in message.body
    assert "$45.10" in message.body
    assert "Factura" in message.body or "factura" in message.body
    for secret in (account.number, "Ruiz", "Oncology", "visit"):
        assert secret not in message.body
    row = models.AssistedPayment.objects.get()
    assert token not in str(vars(row))
    assert asked.language == "es"
    sent = list_entries(numbers=account.numbers)[0]
    assert (sent.action, sent.actor, sent.detail["on_file"]) == ("link.sent", "staff:1", True)


def test_a_text_goes_through_the_outbox(account, visit, now):
    _asked, token = a_link(account, 45_10, visit, now=now, way=Way.TEXT)

    message = TextMessage.objects.get()
    assert message.number == "+15104444142"
    assert token in message.body


def test_the_link_pays_its_bill_once_and_the_payment_names_the_representative(account, visit, now):
    asked, _token = a_link(account, 45_10, visit, now=now)

    first, again = pay(asked, now), pay(asked, now)

    assert first.id == again.id
    assert (first.channel, first.status) == (Channel.REPRESENTATIVE, Status.ACCEPTED)
    assert queries.find_representative(payment=first) == "staff:1"
    assert get_balance(account_number=account.number).owed_cents == 0
    assert status(asked, now) is AskedStatus.PAID
    assert check_books() == ()


def test_a_decline_leaves_the_link_open_until_the_tries_are_used_up(account, now):
    bill = a_bill(account, 45_01)
    asked, _token = a_link(account, 45_01, bill, now=now)

    tried = {pay(asked, now).id for _ in range(rules.TRIES)}

    assert len(tried) == rules.TRIES
    assert status(asked, now) is AskedStatus.EXPIRED
    with pytest.raises(AssistedRefused):
        pay(asked, now)


def test_a_link_runs_out_and_can_be_sent_again_with_another_token(account, visit, now):
    asked, token = a_link(account, 45_10, visit, now=now)
    later = now + rules.LINK_KEPT
    assert status(asked, later) is AskedStatus.EXPIRED
    with pytest.raises(AssistedRefused):
        pay(asked, later)

    tokens = []
    page = links.LinkPage(later, ZONE, lambda token: tokens.append(token) or token)
    links.resend_link(asked=asked, bills=(visit,), page=page, actor=staff(Role.REPRESENTATIVE))

    assert queries.find_asked_by_token(token=token) is None
    assert queries.find_asked_by_token(token=tokens[0]).id == asked.id
    assert pay(asked, later).status is Status.ACCEPTED


def test_a_link_taken_back_pays_nothing_and_its_text_never_goes(account, visit, now):
    asked, _token = a_link(account, 45_10, visit, now=now, way=Way.TEXT)

    links.revoke_link(asked=asked, actor=staff(Role.REPRESENTATIVE), now=now, today=now.date())

    assert status(asked, now) is AskedStatus.ENDED
    assert TextMessage.objects.get().number == ""
    with pytest.raises(AssistedRefused):
        pay(asked, now)
    with pytest.raises(AssistedRefused):
        links.revoke_link(asked=asked, actor=staff(Role.REPRESENTATIVE), now=now, today=now.date())


def test_what_was_paid_otherwise_meanwhile_is_not_paid_again(account, visit, now):
    asked, _token = a_link(account, 45_10, visit, now=now)
    a_payment(account, 45_10, visit)

    with pytest.raises(AssistedRefused):
        pay(asked, now)

    assert len(list_payments(numbers=account.numbers).payments) == 1


def test_another_address_needs_a_proof(account, visit, now):
    with pytest.raises(AssistedRefused) as refused:
        a_link(account, 45_10, visit, now=now, typed="other@example.org")
    assert refused.value.name == "not_verified"
    assert mail.outbox == []

    asked, _token = a_link(
        account, 45_10, visit, now=now, typed="other@example.org", is_verified=True
    )
    assert (asked.sent_to, asked.is_on_file) == ("other@example.org", False)


@pytest.mark.parametrize("typed", ["nobody", "a@b", "+44 20 7946 0958"])
def test_what_cannot_be_reached_is_refused(account, visit, now, typed):
    way = Way.TEXT if typed.startswith("+") else Way.EMAIL
    with pytest.raises(AssistedRefused):
        a_link(account, 45_10, visit, now=now, way=way, typed=typed, is_verified=True)


def test_more_than_the_bills_have_open_is_refused(account, visit, now):
    with pytest.raises(AssistedRefused):
        a_link(account, 45_11, visit, now=now)


def test_too_many_links_to_one_place_are_refused(account, visit, now):
    for _ in range(6):
        a_link(account, 45_10, visit, now=now)

    with pytest.raises(AssistedRefused) as refused:
        a_link(account, 45_10, visit, now=now)
    assert refused.value.name == "too_many"


def test_who_may_not_take_payments_sends_none(account, visit, now):
    with pytest.raises(NotAllowed):
        links.revoke_link(
            asked=a_link(account, 45_10, visit, now=now)[0], actor=staff(Role.BILLING), now=now,
            today=now.date(),
        )  # fmt: skip


def test_an_email_that_cannot_go_leaves_no_link(account, visit, now, settings):
    settings.EMAIL_BACKEND = "openmember.payments.assisted.tests.broken.Backend"

    with pytest.raises(AssistedRefused):
        a_link(account, 45_10, visit, now=now)

    assert not models.AssistedPayment.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [{"token_digest": ""}, {"representative": "guest"}, {"amount_cents": 0}, {"way": "fax"},
     {"end_reason": "revoked"}, {"sent_to": ""}],
)  # fmt: skip
def test_the_database_refuses_a_link_that_cannot_be(account, visit, now, changes):
    a_link(account, 45_10, visit, now=now)

    with pytest.raises(IntegrityError), transaction.atomic():
        models.AssistedPayment.objects.update(**changes)


@pytest.mark.django_db(transaction=True)
def test_two_browsers_that_pay_at_once_pay_once(now):
    account = an_account(holder=a_member(email="ana@example.org"))
    bill = a_bill(account, 45_10)
    asked, _token = a_link(account, 45_10, bill, now=now)
    start, seen = Barrier(4), []

    def click() -> None:
        start.wait()
        seen.append(pay(asked, now + timedelta(seconds=1)).id)
        connection.close()

    threads = [Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert len(list_payments(numbers=account.numbers).payments) == 1
    assert check_books() == ()
