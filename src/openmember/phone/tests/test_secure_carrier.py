"""The secure line with a carrier that is late, repeats itself, breaks off or does not answer."""

import pytest
from django.utils import timezone

from openmember.members.types import Role
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import AskedStatus
from openmember.payments.drawers.testing import a_person
from openmember.phone import memory, models, paying, securing
from openmember.phone.control import CallOver, SandboxControl, Unreachable
from openmember.phone.simulator.carrier import LineRefused
from openmember.phone.simulator.markup import read
from openmember.phone.tests.secured import (
    HELD,
    OWN_LINE,
    address_of_line,
    crashing,
    is_paused,
    line_of,
    listen,
    send,
    stage,
    status,
)
from openmember.phone.types import Left
from openmember.phone.webhooks.signature import address_of


def test_each_message_of_the_carrier_sent_again_is_answered_the_same_and_charges_once(
    secured, home
):
    caller, asked = secured
    carrier = caller.carrier
    secure = address_of_line(asked)
    first = carrier.post(secure, {})
    assert carrier.post(secure, {}) == first
    caller.press("1")
    caller.give_card()
    carrier.press("1")
    paying = carrier.heard.action

    answers = {carrier.post(paying, {}) for _ in range(5)}

    assert len(answers) == 1
    assert len(home.payments) == 1
    with pytest.raises(LineRefused, match="409"):
        carrier.post(secure, {})


def test_a_decline_asked_for_again_is_no_second_try(talking, home, rosa):
    caller = talking()
    send(home, rosa, 45_01)
    listen(caller)
    caller.press("1")
    caller.give_card()
    caller.carrier.press("1")
    row = models.Call.objects.get()
    call = memory.from_json(row.memory)
    now = timezone.now()
    said = [paying.charge_asked(call=call, now=now, today=now.date()) for _ in range(3)]

    assert {one.outcome for one in said} == {"declined"}
    assert len(home.payments) == 1


@pytest.mark.parametrize("what", ["pause_recording", "send"])
def test_where_the_carrier_does_not_answer_the_caller_stays(talking, home, rosa, monkeypatch, what):
    caller = talking()

    def fail(self, *given):
        raise Unreachable

    monkeypatch.setattr(SandboxControl, what, fail)
    with pytest.raises(AssistedRefused) as refused:
        send(home, rosa)

    assert refused.value.name == "not_sent"
    assert not is_paused(caller)
    (line,) = models.SecureLine.objects.all()
    assert (line.outcome, line.asked.end_reason) == (Left.NOT_REACHED, "not_reached")
    assert securing.find_talk(actor=rosa) is not None


def test_a_caller_the_carrier_brings_after_all_is_led_back(talking, home, rosa, monkeypatch):
    caller = talking()
    tell = SandboxControl.send

    def send_and_time_out(self, *given):
        tell(self, *given)
        raise Unreachable

    monkeypatch.setattr(SandboxControl, "send", send_and_time_out)
    with pytest.raises(AssistedRefused):
        send(home, rosa)

    heard = listen(caller)

    assert (heard.verb, heard.dialled) == ("Dial", OWN_LINE)
    assert home.payments == ()


@pytest.mark.parametrize("failure", [Unreachable, CallOver])
def test_a_caller_who_came_before_the_carrier_failed_pays_unrecorded(
    talking, home, rosa, monkeypatch, failure
):
    caller = talking()
    tell = SandboxControl.send

    def send_bring_and_fail(self, *given):
        tell(self, *given)
        listen(caller)
        raise failure

    monkeypatch.setattr(SandboxControl, "send", send_bring_and_fail)
    asked = send(home, rosa)

    assert (stage(asked), status(asked)) == ("choosing", AskedStatus.ASKED)
    caller.press("1")
    caller.give_card()
    assert is_paused(caller)
    caller.press("1")
    assert (stage(asked), status(asked)) == (Left.PAID, AskedStatus.PAID)
    assert not is_paused(caller)


def test_a_line_given_up_while_the_caller_comes_leads_back_each_time_the_same(
    talking, home, rosa, monkeypatch
):
    caller = talking()
    asked = send(home, rosa)
    find = securing.find_line_sent

    def find_and_give_up(**given):
        line = find(**given)
        securing.end_line(line=line, how=Left.NOT_REACHED)
        return line

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(securing, "find_line_sent", find_and_give_up)
        heard = listen(caller)
    again = [caller.carrier.post(address_of_line(asked), {}) for _ in range(2)]

    assert (heard.verb, heard.dialled) == ("Dial", OWN_LINE)
    assert set(again) == {models.Call.objects.get().answer}
    assert (stage(asked), status(asked)) == (Left.NOT_REACHED, AskedStatus.ENDED)


def test_who_comes_just_after_the_line_was_given_up_is_led_back_and_the_desk_told(
    talking, home, rosa, monkeypatch
):
    caller = talking()
    end, tell = securing.end_asked, SandboxControl.send

    def send_and_time_out(self, *given):
        tell(self, *given)
        raise Unreachable

    def end_and_bring(**given):
        end(**given)
        listen(caller)

    monkeypatch.setattr(SandboxControl, "send", send_and_time_out)
    monkeypatch.setattr(securing, "end_asked", end_and_bring)
    with pytest.raises(AssistedRefused):
        send(home, rosa)

    assert caller.carrier.heard.dialled == OWN_LINE
    assert not is_paused(caller)


def test_a_late_message_of_a_line_that_was_given_up_begins_no_later_one(
    talking, home, rosa, monkeypatch
):
    caller = talking()
    tell, pause = SandboxControl.send, SandboxControl.pause_recording

    def send_and_time_out(self, *given):
        tell(self, *given)
        raise Unreachable

    with monkeypatch.context() as unreachable:
        unreachable.setattr(SandboxControl, "send", send_and_time_out)
        with pytest.raises(AssistedRefused):
            send(home, rosa)
    late, before = (
        SandboxControl().take_sent(caller.carrier.sid),
        models.Call.objects.values().get(),
    )

    def come_and_pause(self, *given):
        # Between the second line and its pause: begun now, the caller would be recorded while they type.
        heard = read(caller.carrier.post(late, {}))
        assert (heard.verb, heard.dialled) == ("Dial", OWN_LINE)
        pause(self, *given)

    monkeypatch.setattr(SandboxControl, "pause_recording", come_and_pause)
    second = send(home, rosa)

    assert models.Call.objects.values().get() == before
    assert stage(second) == "coming"
    assert HELD["1"] in listen(caller).text
    asked_again = caller.carrier.post(late, {})
    assert asked_again == models.Call.objects.get().answer
    assert stage(second) == "choosing"


def test_a_line_of_another_call_takes_nobody(secured, talking):
    _caller, asked = secured
    other = talking(actor=a_person(Role.REPRESENTATIVE))

    for address in (address_of_line(asked), address_of(f"/phone/secure/{10**30}/")):
        with pytest.raises(LineRefused, match="409"):
            other.carrier.post(address, {})


def test_a_late_word_to_record_again_does_not_record_who_was_sent_again(secured, home, rosa):
    caller, first = secured
    caller.press("9")
    send(home, rosa)

    securing.go_on_recording(line=line_of(first), carrier_id=caller.carrier.sid)

    assert is_paused(caller)


@pytest.mark.parametrize("broken", [(SandboxControl, "resume_recording"), (securing, "end_line")])
def test_an_answer_that_breaks_off_while_the_caller_is_led_back_is_made_good(
    secured, monkeypatch, broken
):
    caller, asked = secured
    with monkeypatch.context() as crash:
        crash.setattr(*broken, crashing)
        with pytest.raises(RuntimeError):
            caller.press("9")
    assert is_paused(caller)

    heard = caller.press("9")

    assert (heard.verb, heard.dialled) == ("Dial", OWN_LINE)
    assert (stage(asked), line_of(asked).is_recorded) == (Left.GAVE_UP, True)
    assert not is_paused(caller)


def test_an_answer_that_breaks_off_while_the_caller_comes_is_made_good(
    talking, home, rosa, monkeypatch
):
    caller = talking()
    asked = send(home, rosa)
    with monkeypatch.context() as crash:
        crash.setattr(securing, "begin_line", crashing)
        with pytest.raises(RuntimeError):
            listen(caller)

    assert HELD["1"] in caller.carrier.post(address_of_line(asked), {})
    assert stage(asked) == "choosing"


def test_a_recording_that_does_not_go_on_is_noted(secured, monkeypatch):
    caller, asked = secured

    def fail(self, call):
        raise Unreachable

    monkeypatch.setattr(SandboxControl, "resume_recording", fail)
    caller.press("9")

    assert line_of(asked).is_recorded is False
