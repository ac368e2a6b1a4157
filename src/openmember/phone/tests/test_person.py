"""Asking for a person, and calls by TTY and relay."""

import pytest

from openmember.phone import models, queries
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
