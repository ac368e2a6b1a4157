"""Bringing a caller back from the secure line: no more is captured or paid, and they talk again."""

import pytest

from openmember.kernel.audit.queries import list_entries
from openmember.members.types import NotAllowed, Role
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import AskedStatus
from openmember.payments.drawers.testing import a_person
from openmember.phone import models, securing
from openmember.phone.bringing import bring_back
from openmember.phone.control import CallOver, SandboxControl, Unreachable
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


@pytest.mark.parametrize("keys", [[], ["1"], ["1", "CARD"]])
def test_a_caller_is_brought_back_from_wherever_they_are(secured, home, rosa, keys):
    caller, asked = secured
    for key in keys:
        caller.give_card() if key == "CARD" else caller.press(key)

    bring_back(asked=asked, actor=rosa)
    assert is_paused(caller)
    heard = listen(caller)

    assert "going back to the person" in heard.text
    assert (heard.verb, heard.dialled) == ("Dial", OWN_LINE)
    assert (stage(asked), status(asked)) == (Left.BROUGHT_BACK, AskedStatus.ENDED)
    assert (is_paused(caller), line_of(asked).is_recorded, home.payments) == (False, True, ())
    entries = list_entries(numbers=home.account.numbers, limit=50)
    assert [one.actor for one in entries if one.action == "secure_line.bring_back"] == [str(rosa)]


def test_who_was_brought_back_may_be_sent_again(secured, home, rosa):
    caller, asked = secured
    bring_back(asked=asked, actor=rosa)
    listen(caller)

    again = send(home, rosa)
    assert HELD["1"] in listen(caller).text
    late = caller.carrier.post(f"{address_of_line(asked)}back/", {})
    assert late == models.Call.objects.get().answer
    assert is_paused(caller)
    caller.press("1")
    caller.give_card()
    caller.press("1")

    assert (stage(again), len(home.payments)) == (Left.PAID, 1)


def test_a_payment_that_is_being_made_is_not_broken_off(secured, home, rosa):
    caller, asked = secured
    caller.press("1")
    caller.give_card()
    caller.carrier.press("1")

    with pytest.raises(AssistedRefused) as refused:
        bring_back(asked=asked, actor=rosa)
    came_anyway = read(caller.carrier.post(f"{address_of_line(asked)}back/", {}))
    heard = caller.follow()

    assert refused.value.name == "paying"
    assert came_anyway.verb == "Redirect"
    assert (heard.dialled, stage(asked), len(home.payments)) == (OWN_LINE, Left.PAID, 1)


def test_who_is_still_on_the_way_is_brought_back_too(talking, home, rosa):
    caller = talking()
    asked = send(home, rosa)

    bring_back(asked=asked, actor=rosa)
    first = listen(caller)
    late = read(caller.carrier.post(address_of_line(asked), {}))

    assert (first.dialled, late.dialled) == (OWN_LINE, OWN_LINE)
    assert stage(asked) == Left.BROUGHT_BACK
    assert not is_paused(caller)


def test_the_carriers_message_sent_again_is_answered_the_same_and_makes_good_what_broke_off(
    secured, rosa, monkeypatch
):
    caller, asked = secured
    address = f"{address_of_line(asked)}back/"
    with monkeypatch.context() as crash:
        crash.setattr(SandboxControl, "resume_recording", crashing)
        with pytest.raises(RuntimeError):
            caller.carrier.post(address, {})
    assert is_paused(caller)

    answers = {caller.carrier.post(address, {}) for _ in range(3)}

    assert answers == {models.Call.objects.get().answer}
    assert (stage(asked), is_paused(caller)) == (Left.BROUGHT_BACK, False)


@pytest.mark.parametrize(("failure", "name"), [(Unreachable, "not_brought"), (CallOver, "over")])
def test_where_the_carrier_does_not_do_it_the_line_is_as_it_was(
    secured, rosa, monkeypatch, failure, name
):
    caller, asked = secured

    def fail(self, *given):
        raise failure

    monkeypatch.setattr(SandboxControl, "send", fail)
    with pytest.raises(AssistedRefused) as refused:
        bring_back(asked=asked, actor=rosa)

    assert refused.value.name == name
    assert (stage(asked), is_paused(caller)) == ("choosing", True)


def test_only_who_sent_the_caller_brings_them_back_and_only_from_the_line(secured, rosa):
    caller, asked = secured
    with pytest.raises(NotAllowed):
        bring_back(asked=asked, actor=a_person(Role.BILLING))
    with pytest.raises(AssistedRefused) as of_another:
        bring_back(asked=asked, actor=a_person(Role.REPRESENTATIVE))
    caller.press("9")
    with pytest.raises(AssistedRefused) as too_late:
        bring_back(asked=asked, actor=rosa)

    assert {of_another.value.name, too_late.value.name} == {"not_there"}
    assert securing.find_line_of(asked_id=asked.id).outcome == Left.GAVE_UP
