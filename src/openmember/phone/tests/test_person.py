"""Asking for a person, and calls by TTY and relay."""

import pytest
from django.utils import timezone

from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import NewInteraction
from openmember.cases.testing import a_worker
from openmember.cases.types import Channel
from openmember.kernel.sql import fetch_all
from openmember.members.testing import TESTER
from openmember.phone import models, queries
from openmember.phone.promising import keep_promises
from openmember.phone.pulling import pull_next
from openmember.phone.services import hand_over
from openmember.phone.simulator.carrier import LineRefused
from openmember.phone.tests.callers import BIRTH

LEAD = {
    "": "language",
    "1": "main",
    "1 1": "number",
    "1 1 NUMBER": "choice",
    "1 1 NUMBER 1": "factor",
    "1 1 NUMBER 1 BIRTH": "due",
    "1 1 NUMBER 2": "amount",
    "1 1 NUMBER 2 4510#": "check",
    "1 1 NUMBER 2 4510# 1": "method",
    "1 2": "lost_mrn",
}


@pytest.mark.parametrize(("lead", "place"), LEAD.items())
def test_a_person_is_there_everywhere_and_knows_where_the_caller_was(
    dial, home, people_answer, lead, place
):
    people_answer(open_now=True)
    caller = dial()
    caller.press(*lead.replace("NUMBER", home.number).replace("BIRTH", BIRTH).split())

    heard = caller.press("0")

    assert heard.verb == "Dial"
    assert heard.dialled == "+18004424014"
    assert "need not repeat" in caller.transcript
    handover = models.Handover.objects.get()
    assert handover.asked_from == place
    assert handover.account_number == (home.account.number if "NUMBER" in lead else "")
    assert handover.is_verified is ("BIRTH" in lead)
    assert handover.amount_cents == (45_10 if "4510" in lead else 0)


def test_outside_the_hours_they_are_said_in_the_callers_language(dial, home, people_answer):
    people_answer(open_now=False)

    heard = dial().press("2", "0")

    assert "En este momento no hay nadie" in heard.text
    assert "0:00" in heard.text or "12:00" in heard.text
    assert heard.verb == "Gather"
    assert not models.Handover.objects.exists()


def test_who_waits_hears_for_how_long(dial, people_answer):
    people_answer(open_now=True)
    dial().press("1", "0")
    other = dial(caller="+15105550177")

    other.press("1", "0")

    assert "About 2 minutes" in other.transcript
    assert queries.list_handovers()[0].asked_from == "main"


def test_when_nobody_picks_up_the_caller_is_not_lost(dial, people_answer):
    people_answer(open_now=True)
    caller = dial()
    caller.press("1", "0")

    assert "Nobody could answer" in caller.carrier.talk("no-answer").text
    assert caller.press("1").verb == "Gather"


def test_after_the_person_the_call_is_over(dial, people_answer):
    people_answer(open_now=True)
    caller = dial()
    caller.press("1", "0")

    assert caller.carrier.talk().verb == "Hangup"
    caller.hang_up()
    assert queries.list_handovers() == ()


def test_asking_again_puts_the_caller_where_they_are_now(dial, home, people_answer):
    people_answer(open_now=True)
    caller = dial()
    caller.press("1", "0")
    caller.carrier.talk("busy")
    caller.press("1", home.number, "0")

    (waiting,) = queries.list_handovers()
    assert (waiting.asked_from, waiting.account_number) == ("choice", home.account.number)


def test_three_keys_that_are_no_choice_lead_to_a_person(dial, people_answer):
    people_answer(open_now=True)

    assert dial().press("1", "5", "5", "5").verb == "Dial"


def test_silence_is_asked_twice_and_then_ends_the_call(dial):
    caller = dial()

    assert caller.press("1", "").verb == "Gather"
    assert caller.press("").verb == "Gather"
    assert caller.press("").verb == "Hangup"


@pytest.mark.parametrize("how", ["number", "key"])
def test_a_relay_call_has_no_time_limit_and_longer_pauses(dial, home, how):
    caller = dial(relay=how == "number")
    heard = caller.carrier.heard if how == "number" else caller.press("7")

    assert heard.timeout_seconds == 60
    assert heard.pauses == len(heard.texts)
    assert {caller.press("").verb for _ in range(12)} == {"Gather"}
    due = caller.press("1", "1", home.number, "1", BIRTH)
    assert due.pauses > 3
    assert "premium" in due.text


def test_other_calls_have_no_pauses(dial):
    assert dial().carrier.heard.pauses == 0


def test_a_relay_caller_is_announced_as_one(dial, people_answer):
    people_answer(open_now=True)
    dial(relay=True).press("3", "0")

    (waiting,) = queries.list_handovers()
    assert (waiting.is_relay, waiting.language) == (True, "zh")


def test_a_handover_sent_twice_is_one(dial, people_answer):
    people_answer(open_now=True)
    caller = dial()
    caller.press("1", "0")
    row = models.Call.objects.get()

    from openmember.phone import memory

    hand_over(row=row, call=memory.from_json(row.memory))

    assert len(queries.list_handovers()) == 1
    with pytest.raises(LineRefused):
        caller.carrier.post("http://localhost:8000/phone/steps/1/", {"Digits": "1"})


def test_outside_the_hours_who_is_known_is_called_back(dial, home, people_answer):
    fetch_all("UPDATE members_member SET phone = '510-555-0142'")
    people_answer(open_now=False)
    caller = dial()
    caller.press("2", "1", home.number, "1", BIRTH)

    heard = caller.press("0")
    again = caller.press("0")

    assert "Le llamaremos" in heard.text
    assert again.text == heard.text
    assert queries.list_handovers() == ()
    assert [keep_promises(now=timezone.now()), keep_promises(now=timezone.now())] == [1, 0]
    told = models.Handover.objects.get()
    (call,) = fetch_all("SELECT * FROM cases_callback")
    assert (call.starts_at, call.ends_at) == (told.call_from, told.call_until)
    assert (call.phone, call.team, call.language) == ("+15105550142", "billing", "es")
    (contact,) = fetch_all("SELECT * FROM cases_interaction")
    assert (contact.outcome, contact.member_id) == ("callback", home.holder.id)
    caller.press("0")
    assert models.Handover.objects.get().taken_by


def test_outside_the_hours_nobody_is_called_who_proved_nothing(dial, home, people_answer):
    fetch_all("UPDATE members_member SET phone = '510-555-0142'")
    people_answer(open_now=False)

    heard = dial().press("1", "1", home.number, "0")

    assert "People answer" in heard.text
    assert not models.Handover.objects.exists()


class TestPulling:
    def test_a_caller_is_pulled_before_who_came_later(self, dial, people_answer):
        people_answer(open_now=True)
        rep = a_worker("billing")
        dial().press("1", "0")
        new = NewInteraction(channel=Channel.PHONE, team="billing", region="california")
        later = contacts.begin(new=new, now=timezone.now(), actor=TESTER)
        (waiting,) = queries.list_handovers()

        first = pull_next(now=timezone.now(), actor=rep)
        second = pull_next(now=timezone.now(), actor=rep)

        assert first.waiter == waiting.id
        assert queries.get_handover(handover_id=waiting.id).taken_by == str(rep)
        assert second.contact_id == later.id

    def test_callers_are_for_those_who_answer_for_bills_and_speak_as_they_do(
        self, dial, people_answer
    ):
        people_answer(open_now=True)
        dial().press("3", "0")
        now = timezone.now()

        assert pull_next(now=now, actor=a_worker("pharmacy", languages=("zh-hant",))) is None
        assert pull_next(now=now, actor=a_worker("billing")) is None
        assert pull_next(now=now, actor=a_worker("billing", languages=("zh-hant",))) is not None
