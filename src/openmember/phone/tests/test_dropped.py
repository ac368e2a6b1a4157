"""Calls that break off: at every step, nothing is half done, and the next call tells what became of it."""

import pytest

from openmember.payments.jobs import check_books
from openmember.phone import models
from openmember.phone.simulator.carrier import LineRefused
from openmember.phone.tests.callers import BIRTH, MEDICAL, PREMIUM, ZIP

OWED = PREMIUM + MEDICAL
CARD = "card"
# A whole payment, step by step; what is said of it on the next call when the caller hangs up after each.
PAYING = ("1", "1", "NUMBER", "1", BIRTH, "1", "1", CARD)
NOTHING_YET, STARTED = "", "ended before anything was paid"
HANGS_UP_AFTER = [(n, NOTHING_YET if n < 6 else STARTED) for n in range(len(PAYING) + 1)]


def play(caller, home, keys):
    for key in keys:
        if key == CARD:
            caller.give_card()
        else:
            caller.press(home.number if key == "NUMBER" else key)


def next_call(dial, home):
    return dial().press("1", "1", home.number, "1", ZIP).text


@pytest.mark.parametrize(("steps", "told"), HANGS_UP_AFTER)
def test_hanging_up_before_agreeing_pays_nothing(dial, home, steps, told):
    caller = dial()
    play(caller, home, PAYING[:steps])
    caller.hang_up()

    assert home.payments == ()
    assert home.owed_cents == OWED
    assert models.Call.objects.get().memory == {}
    assert models.Call.objects.get().answer == ""
    heard = next_call(dial, home)
    assert told in heard
    assert told or "last call" not in heard


def test_hanging_up_after_agreeing_and_before_the_money_is_asked_for_pays_nothing(dial, home):
    caller = dial()
    play(caller, home, PAYING)
    caller.carrier.press("1")  # The line says to wait; the carrier never comes back.
    caller.hang_up()

    assert home.payments == ()
    assert "ended before anything was paid" in next_call(dial, home)


@pytest.mark.parametrize("is_reported", [True, False])
def test_hanging_up_before_the_receipt_is_heard_is_made_good_by_the_next_call(
    dial, home, is_reported
):
    caller = dial()
    play(caller, home, [*PAYING, "1"])
    if is_reported:
        caller.hang_up()

    heard = next_call(dial, home)

    assert "your payment of three hundred forty-five dollars and twenty cents went through" in heard
    assert "Nothing is due" in heard
    # Once told, it is not told again.
    assert "last call" not in next_call(dial, home)
    assert home.owed_cents == 0
    assert check_books() == ()


def test_who_heard_the_receipt_is_not_told_again(dial, home):
    caller = dial()
    play(caller, home, [*PAYING, "1", "2"])

    assert "last call" not in next_call(dial, home)


def test_a_payment_still_waiting_is_told_as_such(dial, home):
    caller = dial()
    play(caller, home, ["1", "1", "NUMBER", "2", "4503#", "1", "1", CARD, "1"])

    assert "The bank has not answered yet" in next_call(dial, home)


def test_what_somebody_else_did_not_pay_is_not_told(dial, home):
    caller = dial(caller="+15105550100")
    play(caller, home, ["1", "1", "NUMBER", "2", "4500#", "1", "1", CARD])
    caller.hang_up()

    assert "last call" not in next_call(dial, home)


@pytest.mark.parametrize("steps", range(1, 5))
def test_hanging_up_while_looking_for_a_lost_number_leaves_nothing(dial, home, steps):
    caller = dial()
    play(caller, home, ["1", "2", f"{home.holder.mrn}#", BIRTH, ZIP][:steps])
    caller.hang_up()

    assert models.Call.objects.get().memory == {}
    assert home.account.number not in caller.transcript.replace(" ", "").replace(",", "")


def test_a_call_that_is_over_goes_on_no_more(dial, home):
    caller = dial()
    caller.press("1")
    caller.hang_up()

    with pytest.raises(LineRefused):
        caller.press("1")


@pytest.mark.parametrize("language", ["1", "2", "3"])
def test_a_caller_who_falls_silent_after_paying_is_never_told_that_nothing_was_paid(
    dial, home, language
):
    caller = dial()
    play(caller, home, [language, *PAYING[1:], "1"])

    said = [caller.carrier.press("").text for _ in range(3)][-1]

    assert "Nothing was paid" not in said
    assert "no se pagó nada" not in said
    assert "沒有付出" not in said
    assert home.owed_cents == 0


def test_who_pressed_nothing_after_the_receipt_is_told_again(dial, home):
    caller = dial()
    play(caller, home, [*PAYING, "1"])
    for _ in range(3):
        caller.carrier.press("")

    assert "went through" in next_call(dial, home)


def test_a_later_call_in_which_nothing_was_paid_does_not_hide_the_payment(dial, home):
    caller = dial()
    play(caller, home, [*PAYING, "1"])
    caller.hang_up()
    other = dial(caller="+15105550100")
    play(other, home, ["1", "1", "NUMBER", "2", "4500#"])
    other.hang_up()

    assert "went through" in next_call(dial, home)


def test_what_somebody_else_paid_is_not_told(dial, home):
    caller = dial(caller="+15105550100")
    play(caller, home, ["1", "1", "NUMBER", "2", "4500#", "1", "1", CARD, "1"])
    caller.hang_up()

    assert len(home.payments) == 1
    assert "last call" not in next_call(dial, home)


def test_a_call_of_the_same_member_that_still_goes_on_is_not_told_as_over(dial, home):
    caller = dial(caller="+15105550100")
    play(caller, home, [*PAYING, "1"])

    assert "last call" not in next_call(dial, home)


ANYBODY = ("1", "1", "NUMBER", "2", "4510#", "1", "1", CARD)
HERE = {"1": "this telephone", "2": "este teléfono", "3": "這部電話"}


def next_call_unproven(dial, home, language="1", **options):
    return dial(**options).press(language, "1", home.number, "2").text


@pytest.mark.parametrize(
    ("cents", "told"),
    [("4510#", "went through"), ("4503#", "has not answered yet"), ("4501#", "was declined")],
)
def test_who_pays_without_a_proof_hears_how_their_last_call_ended_and_no_amount(
    dial, home, cents, told
):
    caller = dial()
    play(caller, home, [*ANYBODY[:4], cents, "1", "1", CARD, "1"])
    caller.hang_up()

    heard = next_call_unproven(dial, home)

    assert told in heard
    assert "forty-five dollars" not in heard.partition("Enter the amount")[0]


def test_what_a_telephone_hears_is_kept_for_who_proves_who_they_are(dial, home):
    caller = dial()
    play(caller, home, [*ANYBODY, "1"])
    caller.hang_up()

    heard = [next_call_unproven(dial, home) for _ in range(2)]

    assert all("this telephone went" in one or "went through" in one for one in heard)
    assert "went through" in dial().press("1", "1", home.number, "1", BIRTH).text
    assert "this telephone" not in next_call_unproven(dial, home)


def test_who_hung_up_before_paying_hears_that_nothing_was_taken(dial, home):
    caller = dial()
    play(caller, home, ANYBODY)
    caller.hang_up()

    assert "ended before anything was paid" in next_call_unproven(dial, home)


@pytest.mark.parametrize("language", HERE)
def test_another_telephone_hears_nothing_of_it(dial, home, language):
    caller = dial()
    play(caller, home, [*ANYBODY, "1"])
    caller.hang_up()

    assert HERE[language] not in next_call_unproven(dial, home, language, caller="+15105550100")
    assert HERE[language] in next_call_unproven(dial, home, language)
