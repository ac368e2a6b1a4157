"""Verifying a contact: one answer for all, locks, the number, and the code that opens more."""

import re
from dataclasses import replace

import pytest
from django.core import mail
from django.utils import timezone

from openmember.accounts.services import add_person
from openmember.desk.tests.reading import words
from openmember.kernel.sql import fetch_all
from openmember.members.queries import actor_of, get_member
from openmember.members.services import correct_member
from openmember.members.testing import TESTER, a_user
from openmember.members.types import Address, Role
from openmember.payments.jobs import ensure_months
from openmember.payments.services import door
from openmember.payments.testing import a_member, an_account
from openmember.payments.types import Channel, Method, PaymentRequest
from openmember.texting.models import TextMessage

pytestmark = pytest.mark.django_db

BORN = {"birth_on_month": "5", "birth_on_day": "17", "birth_on_year": "1970"}
RIGHT = {**BORN, "zip_code": "94612", "last_name": "Ruiz"}
DENIED = "does not prove who it is"


@pytest.fixture
def account(db):
    ensure_months(timezone.localdate())
    fetch_all("DELETE FROM kernel_throttle")
    holder = a_member(
        email="ana@example.org", phone="5104444142", address=Address(postal_code="94612-1234")
    )
    return an_account(holder=holder)


@pytest.fixture
def desk(desk_of, account):
    return desk_of(Role.REPRESENTATIVE, account=account)


def shows_number(desk):
    return desk.account.number in desk.get("account").content.decode()


def test_who_came_without_the_number_hears_it_only_after_three_facts(desk):
    assert not shows_number(desk)
    assert DENIED in words(desk.send("verify", **BORN, zip_code="94612"))
    assert not shows_number(desk)

    verified = desk.send("verify", **RIGHT)

    assert "By answers to questions" in words(verified)
    assert shows_number(desk)
    assert [one.action for one in desk.audited("caller.proven")] == ["caller.proven"]


def test_two_facts_do_for_who_came_with_the_number(desk_of, account):
    desk = desk_of(Role.REPRESENTATIVE)
    desk.find(account.number)
    desk.open(account)

    assert shows_number(desk)
    assert "Verified" in words(desk.send("verify", **BORN, zip_code="94612"))


def test_what_anybody_can_look_up_is_never_enough(desk):
    answer = desk.send("verify", last_name="Ruiz", zip_code="94612", phone="4142")

    assert DENIED in words(answer)


def paid(account, cents, channel, payer):
    """Have a payment arrive as it would have come by this channel."""
    request = PaymentRequest(
        key=f"{channel}-{payer}-{cents}",
        amount_cents=cents,
        method=Method.CARD,
        channel=channel,
        payer=payer,
        effective_on=timezone.localdate(),
    )
    door.take_payment(account=account, request=request, actor=TESTER)


def remembers(amount):
    return {"paid": amount, "phone": "4142", "last_name": "Ruiz"}


def signed_in(account, cents, channel=Channel.WEB):
    """Have the holder pay with a sign-in of their own, whose id is not the member's."""
    user = a_user(member=get_member(member_id=account.holder_id))
    paid(account, cents, channel, str(actor_of(user)))


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.APP])
def test_a_payment_they_remember_making_signed_in_counts(desk, channel):
    signed_in(desk.account, 45_10, channel)

    assert DENIED in words(desk.send("verify", **remembers("45.11")))
    assert "Verified" in words(desk.send("verify", **remembers("45.10")))


def test_a_payment_their_automatic_payments_made_counts(desk):
    paid(desk.account, 45_10, Channel.AUTOPAY, f"member:{desk.account.holder_id}")

    assert "Verified" in words(desk.send("verify", **remembers("45.10")))


def test_a_bill_that_was_found_proves_nothing(desk_of, account):
    signed_in(account, 45_10)  # As the bill says, and most people pay.
    desk = desk_of(Role.REPRESENTATIVE)
    desk.find(account.number)
    desk.open(account)

    found = desk.send("verify", paid="45.10", zip_code="94612", last_name="Ruiz")

    assert DENIED in words(found)


PLANTED = [
    (Channel.GUEST, "guest"),
    (Channel.REPRESENTATIVE, "guest"),
    (Channel.COUNTER, "person:{holder}"),
    (Channel.COUNTER, "member:{holder}"),
    (Channel.PHONE, "person:{holder}"),
    (Channel.LOCKBOX, "receipt"),
]


@pytest.mark.parametrize(("channel", "payer"), PLANTED)
def test_a_payment_anybody_may_make_proves_nothing(desk_of, account, channel, payer):
    paid(account, 1_37, channel, payer.format(holder=account.holder_id))
    desk = desk_of(Role.REPRESENTATIVE)
    desk.find(account.number)
    desk.open(account)

    assert DENIED in words(desk.send("verify", **remembers("1.37")))


def test_a_payment_counts_for_who_made_it_and_not_for_their_household(desk, account):
    spouse = a_member(first="Leo", phone="5104444142", address=Address(postal_code="94612"))
    add_person(account_number=account.number, member_id=spouse.id, relationship="spouse")
    paid(account, 20_00, Channel.WEB, str(actor_of(a_user(member=spouse))))

    desk.send("verify", **remembers("20.00"))

    (proven,) = fetch_all("SELECT member_id FROM kernel_audit_entry WHERE action = 'caller.proven'")
    assert proven.member_id == spouse.id


def test_one_members_id_is_not_another_ones_sign_in(desk, account):
    paid(account, 20_00, Channel.WEB, f"member:{account.holder_id}")

    assert DENIED in words(desk.send("verify", **remembers("20.00")))


WRONG = [
    {**RIGHT, "birth_on_year": "1971"},
    {**RIGHT, "zip_code": "10001"},
    {**RIGHT, "last_name": "Rios"},
    {**RIGHT, "phone": "0000"},
    {**RIGHT, "paid": "1.00"},
]


@pytest.mark.parametrize("answers", WRONG)
def test_every_wrong_answer_is_met_with_the_same_words(desk, answers):
    reference = words(desk.send("verify", **{**RIGHT, "birth_on_year": "1969"}))
    found = words(desk.send("verify", **answers))

    said = re.compile(r"That does not prove.*?wrong\.")
    assert said.findall(found) == said.findall(reference) != []


def test_after_three_tries_a_contact_is_locked_even_with_right_answers(desk):
    for _ in range(3):
        desk.send("verify", **{**RIGHT, "zip_code": "10001"})

    assert DENIED in words(desk.send("verify", **RIGHT))
    assert desk.audited("caller.refused")[0].detail["reason"] == "locked"


def test_the_lock_follows_the_member_to_the_next_contact_and_representative(desk, desk_of, account):
    for _ in range(3):
        desk.send("verify", **{**RIGHT, "zip_code": "10001"})
    other = desk_of(Role.REPRESENTATIVE, account=account)
    for _ in range(2):
        other.send("verify", **{**RIGHT, "zip_code": "10001"})

    third = desk_of(Role.REPRESENTATIVE, account=account)

    assert DENIED in words(third.send("verify", **RIGHT))


def test_the_proof_goes_with_the_account(desk, account):
    desk.send("verify", **RIGHT)
    desk.open(account)

    assert not shows_number(desk)


def test_nothing_typed_is_in_the_audit(desk):
    desk.send("verify", **{**RIGHT, "last_name": "Qwxyz"})

    kept = [str(one.detail) for one in desk.audited("caller.refused")]
    assert kept
    assert not any("Qwxyz" in one or "94612" in one or "1970" in one for one in kept)


def test_a_child_on_the_account_is_not_verified(desk_of, db):
    child = a_member(
        first="Luz", birth_on=timezone.localdate().replace(day=1, year=2020),
        address=Address(postal_code="94612"),
    )  # fmt: skip
    desk = desk_of(Role.REPRESENTATIVE, account=an_account(holder=child))
    born = child.person.birth_on
    answers = {"birth_on_month": born.month, "birth_on_day": born.day, "birth_on_year": born.year}

    assert DENIED in words(desk.send("verify", **answers, zip_code="94612", last_name="Ruiz"))


def test_a_photo_id_counts_for_who_is_here_and_not_for_a_caller(desk, desk_of, account):
    desk.send("verify_photo")
    assert not shows_number(desk)

    here = desk_of(Role.REPRESENTATIVE)
    here.open(account, reason="in_person")
    assert "By a photo ID" in words(here.send("verify_photo"))
    assert shows_number(here)


def test_the_number_is_sent_to_what_is_on_file_and_only_after_the_proof(desk):
    desk.send("verify_number", way="email")
    assert mail.outbox == []

    desk.send("verify", **RIGHT)
    desk.send("verify_number", way="email")
    desk.send("verify_number", way="text")

    assert mail.outbox[0].to == ["ana@example.org"]
    digits = re.sub(r"\D", "", TextMessage.objects.get().body)
    assert desk.account.number in digits
    assert len(desk.audited("number.sent")) == 2


def code_sent():
    return re.search(r"\b\d{6}\b", TextMessage.objects.latest("id").body).group()


def test_a_code_to_what_was_on_file_opens_bank_address_and_password(desk, account):
    desk.send("verify", **RIGHT)
    desk.send("verify_send_code", way="text")

    assert "not the code" in words(desk.send("verify_take_code", code="000000x"))
    assert "Only with a code" in words(desk.get("verify"))
    assert "May be changed" in words(desk.send("verify_take_code", code=code_sent()))


def test_a_code_counts_five_times_and_once(desk):
    desk.send("verify", **RIGHT)
    desk.send("verify_send_code", way="text")
    for _ in range(5):
        desk.send("verify_take_code", code="1")

    assert "not the code" in words(desk.send("verify_take_code", code=code_sent()))
    for _ in range(2):
        desk.send("verify_send_code", way="text")
    assert "No more can be" in words(desk.send("verify_send_code", way="text"))


def test_no_code_goes_to_a_telephone_changed_just_now(desk, account):
    person = get_member(member_id=account.holder_id).person
    correct_member(
        member_id=account.holder_id, person=replace(person, phone="5105550199"), actor=TESTER
    )
    desk.send("verify", **RIGHT)

    desk.send("verify_send_code", way="text")

    assert not TextMessage.objects.exists()
    assert "Email a code" in words(desk.get("verify"))


def test_opening_the_account_again_gives_no_more_codes_to_a_member(desk, account):
    for _contact in range(3):
        desk.open(account)
        desk.send("verify", **RIGHT)
        for _code in range(3):
            desk.send("verify_send_code", way="text")

    assert len(desk.audited("caller.code_sent")) == 6
