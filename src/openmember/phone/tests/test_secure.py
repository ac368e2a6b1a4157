"""The secure line: a caller whom a person sends there pays by keypad, and comes back however it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from openmember.payments.assisted import queries as assisted
from openmember.payments.assisted.types import AskedStatus
from openmember.payments.jobs import check_books
from openmember.payments.testing import a_bill
from openmember.payments.types import Channel, Status
from openmember.phone import models, queries
from openmember.phone.jobs import LONGEST_CALL, sweep
from openmember.phone.tests.callers import BIRTH
from openmember.phone.tests.secured import (
    FORTY_FIVE,
    HELD,
    OWN_LINE,
    is_paused,
    line_of,
    listen,
    send,
    stage,
    status,
)
from openmember.phone.types import Left

WENT = {"1": "went through", "2": "Se recibió su pago", "3": "已經收到"}


BACK = {"1": "going back to the person", "2": "volver con la persona", "3": "接回"}


@pytest.mark.parametrize("language", HELD)
@pytest.mark.parametrize(("method", "key"), [("Card", "1"), ("Bank account", "2")])
def test_a_caller_pays_and_comes_back_to_the_person(talking, home, rosa, language, method, key):
    caller = talking(language)
    asked = send(home, rosa)
    assert is_paused(caller)

    heard = listen(caller)
    assert HELD[language] in heard.text
    assert FORTY_FIVE[language] in heard.text
    assert stage(asked) == "choosing"
    assert caller.press(key).verb == "Pay"
    assert stage(asked) == "typing"
    confirmed = caller.give_card()
    assert FORTY_FIVE[language] in confirmed.text
    assert "4 2 4 2" in confirmed.text
    assert is_paused(caller)
    back = caller.press("1")

    assert WENT[language] in back.text
    assert BACK[language] in back.text
    assert (back.verb, back.dialled) == ("Dial", OWN_LINE)
    (payment,) = home.payments
    assert (payment.channel, payment.status) == (Channel.REPRESENTATIVE, Status.ACCEPTED)
    assert assisted.find_representative(payment=payment) == str(rosa)
    assert payment.amount_cents == 45_10
    assert (stage(asked), status(asked)) == (Left.PAID, AskedStatus.PAID)
    assert not is_paused(caller)
    assert line_of(asked).is_recorded
    assert check_books() == ()


def test_the_bills_that_were_chosen_are_paid(talking, home, rosa):
    bill = a_bill(home.account, 20_00, due_on=timezone.localdate() + timedelta(days=20))
    caller = talking()
    send(home, rosa, 20_00, bills=[bill])
    listen(caller)
    caller.press("1")
    caller.give_card()
    caller.press("1")

    (payment,) = home.payments
    assert [one.bill_id for one in payment.allocations] == [bill.id]


def test_a_declined_card_may_be_followed_by_another_three_times(talking, home, rosa):
    caller = talking()
    asked = send(home, rosa, 45_01)
    listen(caller)
    for _ in range(3):
        caller.press("1")
        caller.give_card()
        heard = caller.press("1")
        assert "not enough money" in heard.text
    caller.press("1")
    caller.give_card()
    heard = caller.press("1")

    assert heard.dialled == OWN_LINE
    assert stage(asked) == Left.DECLINED
    assert {one.status for one in home.payments} == {Status.DECLINED}
    assert len(home.payments) == 3


def test_a_payment_whose_answer_is_lost_waits_and_is_not_made_again(talking, home, rosa):
    caller = talking()
    asked = send(home, rosa, 45_03)
    listen(caller)
    caller.press("1")
    caller.give_card()

    heard = caller.press("1")

    assert "has not answered yet" in heard.text
    assert "Goodbye" not in heard.text
    assert heard.dialled == OWN_LINE
    assert (stage(asked), len(home.payments)) == (Left.WAITING, 1)


WAYS_BACK = {
    "nine": ["9"],
    "zero": ["0"],
    "nine after stopping": ["1", "STOP", "9"],
    "zero before paying": ["1", "CARD", "0"],
    "nothing that is a choice": ["5", "5", "5"],
    "silence": ["", "", ""],
    "no card that works": ["1", "FAIL", "1", "FAIL", "1", "FAIL"],
}


@pytest.mark.parametrize("way", WAYS_BACK)
def test_who_gives_up_comes_back_and_nothing_was_paid(secured, home, way):
    caller, asked = secured

    for key in WAYS_BACK[way]:
        given = {"CARD": [], "STOP": ["", "caller-interrupted-with-star"], "FAIL": ["", "failed"]}
        heard = caller.give_card(*given[key]) if key in given else caller.press(key)

    assert (heard.verb, heard.dialled) == ("Dial", OWN_LINE)
    assert (stage(asked), status(asked)) == (Left.GAVE_UP, AskedStatus.ENDED)
    assert not is_paused(caller)
    assert home.payments == ()


def test_the_amount_cannot_be_changed_on_the_line(secured, home):
    caller, _asked = secured
    caller.press("1")
    caller.give_card()

    assert "not one of the choices" in caller.press("2").text
    assert models.Call.objects.get().state == "confirm"


@pytest.mark.parametrize("keys", [[], ["1"], ["1", "CARD"]])
def test_who_hangs_up_has_paid_nothing(secured, home, keys):
    caller, asked = secured
    for key in keys:
        caller.give_card() if key == "CARD" else caller.press(key)

    caller.hang_up()

    assert (stage(asked), status(asked)) == (Left.HUNG_UP, AskedStatus.ENDED)
    assert home.payments == ()
    call = models.Call.objects.get()
    assert (call.memory, call.answer, call.carrier_id) == ({}, "", "")


def test_who_hangs_up_while_the_money_is_taken_has_paid_and_is_told(secured, home, dial):
    caller, asked = secured
    caller.press("1")
    caller.give_card()
    caller.press("1")  # The receipt is said, and nobody hears it.
    caller.hang_up()

    assert status(asked) is AskedStatus.PAID
    assert len(home.payments) == 1
    assert "went through" in dial().press("1", "1", home.number, "1", BIRTH).text


def test_who_talked_to_the_person_after_paying_is_not_told_again(secured, home, dial):
    caller, _asked = secured
    caller.press("1")
    caller.give_card()
    caller.press("1")
    caller.carrier.talk()
    caller.hang_up()

    assert "last call" not in dial().press("1", "1", home.number, "1", BIRTH).text


def test_a_call_whose_end_nobody_tells_ends_its_line(secured):
    _caller, asked = secured
    models.Call.objects.update(started_at=timezone.now() - LONGEST_CALL - timedelta(minutes=1))

    sweep()

    assert stage(asked) == Left.HUNG_UP


def test_when_the_person_does_not_pick_up_another_one_is_looked_for(secured):
    caller, _asked = secured
    back = caller.press("9")

    heard = caller._counted(lambda: caller.carrier.talk("no-answer"))

    assert back.dialled == OWN_LINE
    assert (heard.verb, heard.dialled) == ("Dial", "+18004424014")
    (waiting,) = queries.list_handovers()
    assert waiting.asked_from == "transfer"
