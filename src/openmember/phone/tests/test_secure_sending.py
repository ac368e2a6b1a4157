"""Who may send a caller to the secure line, for what, and what is kept of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from openmember.kernel.audit.queries import list_entries
from openmember.kernel.sql import fetch_all
from openmember.members.types import NotAllowed, Role
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.drawers.testing import a_person
from openmember.payments.testing import a_bill, a_member, an_account
from openmember.phone import models, securing
from openmember.phone.simulator.carrier import LineRefused
from openmember.phone.tests.secured import OWN_LINE, is_paused, listen, send, stage
from openmember.phone.types import Left
from openmember.phone.webhooks.signature import address_of


def test_only_who_took_the_call_can_send_it(talking, home, rosa):
    caller = talking()
    other = a_person(Role.REPRESENTATIVE)

    assert securing.find_talk(actor=other) is None
    with pytest.raises(AssistedRefused) as refused:
        send(home, other)
    assert refused.value.name == "no_call"
    assert not is_paused(caller)


def test_a_caller_who_asked_about_another_account_is_sent_only_when_that_is_confirmed(
    talking, home, rosa
):
    caller = talking()
    other = replace(home, account=an_account(holder=a_member()))
    a_bill(other.account, 20_00)

    with pytest.raises(AssistedRefused) as refused:
        send(other, rosa, 20_00)
    assert (refused.value.name, is_paused(caller)) == ("other_account", False)
    send(other, rosa, 20_00, is_other_confirmed=True)

    (sent,) = [
        one for one in list_entries(numbers=other.account.numbers, limit=50)
        if one.action == "secure_line.sent"
    ]  # fmt: skip
    assert sent.detail["return_to_last_four"] == OWN_LINE[-4:]
    assert sent.detail["is_other_account"]
    assert OWN_LINE not in str(sent.detail)


def test_who_may_not_take_payments_sends_nobody(talking, home):
    clerk = a_person(Role.BILLING)
    talking(actor=clerk)

    with pytest.raises(NotAllowed):
        send(home, clerk)


def test_nobody_is_sent_twice_at_once(secured, home, rosa):
    models.Call.objects.update(state="transfer")  # As if the caller were still with the person.

    with pytest.raises(AssistedRefused) as refused:
        send(home, rosa)
    assert refused.value.name == "sent"


def test_more_than_is_open_is_refused(talking, home, rosa):
    talking()
    bill = a_bill(home.account, 20_00, due_on=timezone.localdate() + timedelta(days=20))

    with pytest.raises(AssistedRefused) as refused:
        send(home, rosa, 20_01, bills=[bill])
    assert refused.value.name == "too_much"


def test_too_many_are_refused(talking, home, rosa):
    caller = talking()
    for _ in range(6):
        send(home, rosa)
        listen(caller)
        caller.press("9")

    with pytest.raises(AssistedRefused) as refused:
        send(home, rosa)
    assert refused.value.name == "too_many"


def test_without_a_hold_on_calls_nobody_is_sent(talking, home, rosa, settings):
    talking()
    settings.PHONE_SIMULATOR = False

    assert not securing.has_secure_line()
    with pytest.raises(AssistedRefused):
        send(home, rosa)


@pytest.mark.parametrize("broken", [{"way": "call"}, {"way": "text"}])
def test_the_database_refuses_a_call_with_a_link_and_a_link_without_one(secured, broken):
    changed = {"call": "sent_to = 'x'", "text": "way = 'text'"}[broken["way"]]

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(f"UPDATE payments_assisted SET {changed}")


def test_the_secure_line_takes_nobody_who_was_not_sent(talking):
    caller = talking()

    for signature, answer in ((None, "409"), ("AAAA", "403")):
        with pytest.raises(LineRefused, match=answer):
            caller.carrier.post(address_of("/phone/secure/1/"), {}, signature=signature)


def test_nothing_of_a_card_is_kept(secured):
    caller, _asked = secured
    caller.press("1")
    caller.give_card("7391")
    caller.press("1")

    kept = str(list(fetch_all("SELECT * FROM payments_assisted"))) + str(
        list(models.SecureLine.objects.values())
    )
    assert "7391" not in kept
    assert caller.carrier.sid not in str(list(models.Handover.objects.values()))


def test_somebody_may_be_sent_there_twice_in_one_call(secured, home, rosa):
    caller, first = secured
    caller.press("9")
    second = send(home, rosa, 45_10)
    listen(caller)
    caller.press("1")
    caller.give_card()
    caller.press("1")

    assert (stage(first), stage(second)) == (Left.GAVE_UP, Left.PAID)
    assert len(home.payments) == 1


def test_a_caller_nobody_knew_the_number_of_pays_what_the_person_found(talking, home, rosa):
    caller = talking(knows_number=False)
    send(home, rosa)
    listen(caller)
    caller.press("1")
    caller.give_card()
    heard = caller.press("1")

    assert "went through" in heard.text
    assert home.account.number not in caller.transcript.replace(" ", "")
