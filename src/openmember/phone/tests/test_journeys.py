"""Whole calls, key by key, through the signed webhooks."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from openmember.payments.jobs import check_books
from openmember.payments.testing import a_bill, a_member, an_account
from openmember.payments.types import Channel, Method
from openmember.phone import models
from openmember.phone.models import Handover
from openmember.phone.tests.callers import BIRTH, BORN, MEDICAL, PREMIUM, ZIP
from openmember.texting.models import TextMessage

KEYS = {"en": "1", "es": "2", "zh": "3"}
SAID = {
    "en": (
        "three hundred forty-five dollars and twenty cents",
        "went through",
        "That does not match",
    ),
    "es": ("trescientos cuarenta y cinco dólares con veinte centavos", "Se recibió", "no coincide"),
    "zh": ("三百四十五美元二十美分", "已經收到", "資料不符"),
}
languages = pytest.mark.parametrize("language", KEYS)


@languages
def test_all_that_is_due_is_paid(dial, home, language):
    total, went_through, _ = SAID[language]
    caller = dial()

    due = caller.press(KEYS[language], "1", home.number, "1", BIRTH)
    assert total in due.text
    confirming = caller.press("1", "1").verb
    assert confirming == "Pay"
    confirming = caller.give_card("4242")
    assert total in confirming.text
    assert "4 2 4 2" in confirming.text
    receipt = caller.press("1")

    (payment,) = home.payments
    assert went_through in receipt.text
    assert total in receipt.text
    assert " ".join(payment.reference.split("-")[1]) in receipt.text
    assert home.owed_cents == 0
    assert (payment.channel, payment.method) == (Channel.PHONE, Method.CARD)
    assert payment.payer == f"person:{home.holder.id}"
    assert check_books() == ()


@languages
def test_part_is_paid_from_a_bank_account_without_hearing_anything(dial, home, language):
    caller = dial()

    caller.press(KEYS[language], "1", home.number, "2", "4510#", "1", "2")
    caller.give_card("6789")
    receipt = caller.press("1")

    (payment,) = home.payments
    assert (payment.amount_cents, payment.method) == (45_10, Method.ACH)
    assert payment.payer == "guest"
    assert SAID[language][1] in receipt.text
    assert SAID[language][0] not in caller.transcript
    assert home.owed_cents == PREMIUM + MEDICAL - 45_10


@languages
def test_a_wrong_number_is_explained_and_after_three_a_person_helps(
    dial, home, people_answer, language
):
    said = {"en": "could not find that number", "es": "No encontramos", "zh": "找不到這個號碼"}
    people_answer(open_now=True)
    wrong = f"{int(home.account.number) + 1}#"
    caller = dial()

    for _ in range(2):
        heard = caller.press(*([KEYS[language], "1"] if not caller.steps else []), wrong)
        assert said[language] in heard.text
        assert heard.verb == "Gather"
    assert caller.press(wrong).verb == "Dial"

    assert Handover.objects.get().entered == ["number check 12"] * 3


@languages
def test_a_record_number_is_told_apart(dial, home, language):
    said = {"en": "medical record number", "es": "historia clínica", "zh": "病歷號碼"}[language]

    for mrn in (f"{home.holder.mrn}#", f"{home.holder.mrn.zfill(10)}#", "8123456#"):
        assert said in dial().press(KEYS[language], "1", mrn).text


@languages
def test_a_wrong_factor_three_times_closes_what_is_due_and_never_says_more(dial, home, language):
    no_match = SAID[language][2]
    caller = dial()
    caller.press(KEYS[language], "1", home.number, "1")

    answers = [caller.press(wrong).text for wrong in ("01011990#", "90210#", "123#")]

    assert all(no_match in answer for answer in answers)
    assert SAID[language][0] not in caller.transcript
    # The way in is closed, the way to pay is not.
    caller.press("1")
    assert models.Call.objects.get().state == "choice"
    caller.press("2")
    assert models.Call.objects.get().state == "amount"


WRONG = ("01011990#", "01011991#", "01011992#")


def guess(dial, home, *, telephones):
    """Have each of these telephones give two calls of wrong answers, more than one is allowed."""
    said = []
    for one in telephones:
        for _ in range(2):
            said.append(dial(caller=one).press("1", "1", home.number, "1", *WRONG).text)
    return said


def test_a_locked_telephone_answers_the_right_date_like_a_wrong_one(dial, home):
    said = guess(dial, home, telephones=["+15105550101"])

    locked = dial(caller="+15105550101").press("1", "1", home.number, "1", BIRTH)

    assert "That does not match. Please try again." in locked.text
    assert "premium" not in locked.text
    assert said[0] == said[1]


def test_a_telephone_that_guesses_locks_nobody_else_out(dial, home):
    guess(dial, home, telephones=["+15105550101"])

    assert "premium" in dial(caller="+15105550199").press("1", "1", home.number, "1", BIRTH).text


def test_many_telephones_that_guess_lock_the_account(dial, home):
    guess(dial, home, telephones=[f"+1510555010{n}" for n in range(4)])

    locked = dial(caller="+15105550199").press("1", "1", home.number, "1", BIRTH)

    assert "That does not match. Please try again." in locked.text


def test_right_answers_lock_nothing(dial, home):
    for n in range(7):
        heard = dial(caller=f"+1510555020{n % 2}").press("1", "1", home.number, "1", BIRTH)

    assert "premium" in heard.text


def test_who_tries_many_numbers_is_locked_out(dial, home):
    for _ in range(5):
        dial().press("1", "1", "123456789012#", "123456789013#")

    caller = dial()
    locked = caller.press("1", "1", home.number)

    assert "tried too often" in caller.transcript
    assert "To hear what is due" not in locked.text
    # Somebody else's phone is not.
    assert "Thank you. To hear" in dial(caller="+15105550111").press("1", "1", home.number).text


def test_a_zip_code_is_a_factor_too(dial, home):
    assert "premium" in dial().press("1", "1", home.number, "1", ZIP).text


def test_keys_mean_the_same_everywhere(dial, home):
    caller = dial()
    first = caller.press("1", "1")

    assert caller.press("*").text == first.text
    assert caller.press("12*#").text == first.text
    assert "At any time" in caller.press("9").text


def test_emergencies_come_first_in_every_language(dial):
    heard = dial().carrier.heard

    assert [language for language, _ in heard.texts[:3]] == ["en-US", "es-MX", "zh-TW"]
    assert "9 1 1" in heard.texts[0][1]


def test_a_text_message_with_the_receipt_is_promised_once(dial, home):
    caller = dial(caller="+15104444142")
    caller.press("1", "1", home.number, "2", "4510#", "1", "1")
    caller.give_card()
    caller.press("1", "1")

    message = TextMessage.objects.get()
    assert "$45.10" in message.body
    assert home.payments[0].reference in message.body
    assert home.account.number not in message.body


def test_no_message_is_promised_that_nobody_sends(dial, home, settings):
    settings.PHONE_TEXT_SENDER = ""
    caller = dial(caller="+15104444142")
    caller.press("1", "1", home.number, "2", "4510#", "1", "1")
    caller.give_card()

    assert "cannot send" in caller.press("1", "1").text


def test_a_withheld_number_gets_no_message(dial, home):
    caller = dial(caller="anonymous")
    caller.press("1", "1", home.number, "2", "4510#", "1", "1")
    caller.give_card()

    assert "cannot send" in caller.press("1", "1").text
    assert not TextMessage.objects.exists()


@pytest.mark.parametrize(("cents", "said"), [(1, "not enough money"), (2, "card has expired")])
def test_a_decline_is_said_and_another_card_can_be_tried(dial, home, cents, said):
    caller = dial()
    caller.press("1", "1", home.number, "2", f"450{cents}#", "1", "1")
    caller.give_card()

    assert said in caller.press("1").text
    assert home.owed_cents == PREMIUM + MEDICAL


def test_three_declines_end_in_a_person(dial, home):
    caller = dial()
    caller.press("1", "1", home.number, "2", "4501#", "1")
    for _ in range(3):
        caller.press("1")
        caller.give_card()
        caller.press("1")
    caller.press("1")
    caller.give_card()
    caller.press("1")

    assert "declined too often" in caller.transcript
    assert len(home.payments) == 3


def test_an_answer_that_does_not_come_is_not_called_a_payment(dial, home):
    caller = dial()
    caller.press("1", "1", home.number, "2", "4503#", "1", "1")
    caller.give_card()
    waiting = caller.press("1")

    assert "do not pay again" in waiting.text
    assert home.payments[0].is_waiting


def test_a_lost_number_is_read_twice_to_who_proves_to_be_the_member(dial, home):
    caller = dial()
    spoken = ", ".join(" ".join(home.account.number[at : at + 3]) for at in (0, 3, 6, 9))

    heard = caller.press("1", "2", f"{home.holder.mrn}#", BIRTH, ZIP)

    assert heard.text.count(spoken) == 2
    assert "premium" in caller.press("1").text


@pytest.mark.parametrize("wrong", range(3))
def test_a_lost_number_stays_lost_when_one_answer_is_wrong(dial, home, wrong):
    answers = [f"{home.holder.mrn}#", BIRTH, ZIP]
    right = dial().press("1", "2", *answers[:wrong]).text
    answers[wrong] = ["9999999#", "01011990#", "90210#"][wrong]
    caller = dial()

    assert caller.press("1", "2", *answers[:wrong]).text == right
    assert "do not open an account" in caller.press(*answers[wrong:]).text


def test_a_locked_member_stays_lost(dial, home):
    for _ in range(5):
        dial().press("1", "2", f"{home.holder.mrn}#", BIRTH, "90210#")

    assert "do not open" in dial().press("1", "2", f"{home.holder.mrn}#", BIRTH, ZIP).text


def test_what_is_past_due_is_said_and_the_next_day_is_one_to_come(dial):
    account = an_account(holder=a_member(birth_on=BORN))
    today = timezone.localdate()
    a_bill(account, 20_00, due_on=today - timedelta(days=3), issued_on=today - timedelta(days=30))
    overdue = dial().press("1", "1", f"{account.number}#", "1", BIRTH).text
    a_bill(account, 5_00, due_on=date(today.year + 1, 1, 2), issued_on=today)

    later = dial().press("1", "1", f"{account.number}#", "1", BIRTH).text

    assert "twenty dollars is past due" in overdue
    assert "The next payment" not in overdue
    assert f"The next payment is due on January 2, {today.year + 1}" in later


def test_who_has_to_pay_nothing_can_pay_ahead(dial):
    account = an_account(holder=a_member(birth_on=BORN))
    caller = dial()

    assert "Nothing is due" in caller.press("1", "1", f"{account.number}#", "1", BIRTH).text
    assert "not one of the choices" in caller.press("1").text
    assert caller.press("2", "5000#", "1", "1").verb == "Pay"


def test_another_number_begins_anew(dial, home):
    other = an_account()
    caller = dial()
    caller.press("1", "1", home.number, "1", BIRTH, "1", "9", "9")

    heard = caller.press("1", f"{other.number}#")

    assert "To hear what is due" in heard.text
    call = models.Call.objects.get()
    assert (call.account_number, call.is_verified, call.amount_cents) == (other.number, False, 0)
    assert call.memory["owed"] is None
