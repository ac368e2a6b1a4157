"""The secure line: a caller whom a person sends there pays by keypad, and comes back however it ends."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openmember.billing.overview import get_overview
from openmember.kernel.sql import fetch_all
from openmember.members.types import NotAllowed, Role
from openmember.payments.assisted import queries as assisted
from openmember.payments.assisted.services.asking import Wanted
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import AskedStatus
from openmember.payments.drawers.testing import a_person
from openmember.payments.jobs import check_books
from openmember.payments.testing import a_bill
from openmember.payments.types import Channel, Status
from openmember.phone import models, queries, securing
from openmember.phone.control import CallOver, SandboxControl, Unreachable
from openmember.phone.jobs import LONGEST_CALL, sweep
from openmember.phone.services import take_handover
from openmember.phone.simulator.carrier import Carrier, LineRefused
from openmember.phone.tests.conftest import BIRTH, Caller
from openmember.phone.types import Left
from openmember.phone.webhooks.signature import address_of

OWN_LINE = "+15105550160"
# A step that pays what a person asked for goes through that person's rules too, and ends the line.
MOST_QUERIES = 32
HELD = {
    "1": "You are on the secure line",
    "2": "Está en la línea segura",
    "3": "您已進入安全專線",
}
FORTY_FIVE = {
    "1": "forty-five dollars and ten cents",
    "2": "cuarenta y cinco dólares con diez centavos",
    "3": "四十五美元十美分",
}
WENT = {"1": "went through", "2": "Se recibió su pago", "3": "已經收到"}
BACK = {"1": "going back to the person", "2": "volver con la persona", "3": "接回"}


class Secured(Caller):
    """A caller on the secure line; its steps may ask more of the database than the line's own."""

    def _counted(self, do):
        from django.db import connection

        with CaptureQueriesContext(connection) as captured:
            heard = do()
        assert len(captured) <= MOST_QUERIES, [one["sql"] for one in captured]
        return self.follow() if heard.verb == "Redirect" else heard


@pytest.fixture
def sandbox(settings):
    settings.PHONE_SIMULATOR = True


@pytest.fixture
def rosa():
    return a_person(Role.REPRESENTATIVE)


@pytest.fixture
def talking(sandbox, people_answer, home, rosa):
    """Return a function that has somebody call, ask for a person, and be taken by one."""
    people_answer(open_now=True)

    def talk(language="1", *, knows_number=True, actor=rosa) -> Secured:
        carrier = Carrier(follows=False)
        carrier.call()
        caller = Secured(carrier)
        caller.press(language, *(["1", home.number] if knows_number else []), "0")
        (waiting,) = queries.list_handovers()
        take_handover(handover_id=waiting.id, actor=actor)
        return caller

    return talk


def send(home, actor, cents=45_10, *, bills=(), return_to=OWN_LINE):
    """Send the caller this person talks to, and return what they were asked to pay."""
    today = timezone.localdate()
    return securing.send_to_secure_line(
        talk=securing.find_talk(actor=actor), account=home.account,
        open_bills=get_overview(number=home.account.number, today=today).open_bills,
        wanted=Wanted(cents, tuple(bills)), return_to=return_to, now=timezone.now(), actor=actor,
    )  # fmt: skip


def line_of(asked):
    return securing.find_line_of(asked_id=asked.id)


def stage(asked) -> str:
    return securing.stage_of(line_of(asked))


def status(asked) -> AskedStatus:
    return assisted.get_status(asked=assisted.find_asked(asked_id=asked.id), now=timezone.now())


def is_paused(caller) -> bool:
    return SandboxControl().is_paused(caller.carrier.sid)


def listen(caller):
    return caller._counted(caller.carrier.listen)


@pytest.fixture
def secured(talking, home, rosa):
    """A caller who has heard the secure line, and what they are to pay."""
    caller = talking()
    asked = send(home, rosa)
    listen(caller)
    return caller, asked


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


def test_each_message_of_the_carrier_sent_again_is_answered_the_same_and_charges_once(
    secured, home
):
    caller, _asked = secured
    carrier = caller.carrier
    secure = address_of("/phone/secure/")
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
    from openmember.phone import memory, paying

    call = memory.from_json(row.memory)
    now = timezone.now()
    said = [paying.charge_asked(call=call, now=now, today=now.date()) for _ in range(3)]

    assert {one.outcome for one in said} == {"declined"}
    assert len(home.payments) == 1


def test_the_secure_line_takes_nobody_who_was_not_sent(talking):
    caller = talking()

    for signature, answer in ((None, "409"), ("AAAA", "403")):
        with pytest.raises(LineRefused, match=answer):
            caller.carrier.post(address_of("/phone/secure/"), {}, signature=signature)


def test_when_the_person_does_not_pick_up_another_one_is_looked_for(secured):
    caller, _asked = secured
    back = caller.press("9")

    heard = caller._counted(lambda: caller.carrier.talk("no-answer"))

    assert back.dialled == OWN_LINE
    assert (heard.verb, heard.dialled) == ("Dial", "+18004424014")
    (waiting,) = queries.list_handovers()
    assert waiting.asked_from == "transfer"


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


# Who may send, and what is refused


def test_only_who_took_the_call_can_send_it(talking, home, rosa):
    caller = talking()
    other = a_person(Role.REPRESENTATIVE)

    assert securing.find_talk(actor=other) is None
    with pytest.raises(AssistedRefused) as refused:
        send(home, other)
    assert refused.value.name == "no_call"
    assert not is_paused(caller)


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
    find = securing.find_line

    def find_and_give_up(*, call):
        line = find(call=call)
        securing.end_line(line=line, how=Left.NOT_REACHED)
        return line

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(securing, "find_line", find_and_give_up)
        heard = listen(caller)
    again = [caller.carrier.post(address_of("/phone/secure/"), {}) for _ in range(2)]

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

    assert HELD["1"] in caller.carrier.post(address_of("/phone/secure/"), {})
    assert stage(asked) == "choosing"


def crashing(*given, **named):
    raise RuntimeError


def test_a_recording_that_does_not_go_on_is_noted(secured, monkeypatch):
    caller, asked = secured

    def fail(self, call):
        raise Unreachable

    monkeypatch.setattr(SandboxControl, "resume_recording", fail)
    caller.press("9")

    assert line_of(asked).is_recorded is False


def test_without_a_hold_on_calls_nobody_is_sent(talking, home, rosa, settings):
    talking()
    settings.PHONE_SIMULATOR = False

    assert not securing.has_secure_line()
    with pytest.raises(AssistedRefused):
        send(home, rosa)


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


@pytest.mark.parametrize("broken", [{"way": "call"}, {"way": "text"}])
def test_the_database_refuses_a_call_with_a_link_and_a_link_without_one(secured, broken):
    changed = {"call": "sent_to = 'x'", "text": "way = 'text'"}[broken["way"]]

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(f"UPDATE payments_assisted SET {changed}")
