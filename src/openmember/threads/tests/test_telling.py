"""Who is told that a message waits, how, and never what it says; and who is alarmed before a promise breaks."""

from datetime import timedelta

import pytest
from django.core import mail

from openmember.cases.services.notes import add_note
from openmember.cases.testing import NOW, a_worker, seen
from openmember.cases.types import Alarm
from openmember.cases.work.queries import list_alarms_for
from openmember.kernel.sql import fetch_all
from openmember.members.proxies.services import allow, end
from openmember.members.proxies.types import Basis, For
from openmember.members.testing import a_member
from openmember.threads.jobs import alarm_replies
from openmember.threads.services import seeing
from openmember.threads.services.telling import send_notices, wish
from openmember.threads.testing import a_message, a_writer
from openmember.threads.types import Wishes

pytestmark = pytest.mark.django_db
SECRET = "Your test for diabetes was billed twice"
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def member():
    return a_member(region="california", phone="510-555-0134", language="es")


@pytest.fixture
def ana(member):
    return a_writer(member)


@pytest.fixture
def rosa():
    return a_worker("billing")


def answered(member, ana, rosa, *, times=1):
    case = a_message(ana, member)
    for count in range(times):
        at = NOW + timedelta(seconds=count)
        a_message(rosa, member, SECRET, case=seen(case, rosa), now=at)
    return case


def texts():
    return fetch_all("SELECT number, body FROM texting_textmessage")


@pytest.mark.parametrize("ends", [False, True])
def test_whose_help_ended_meanwhile_is_not_told(member, ana, rosa, ends):
    son = a_member(first="Leo", email="leo@example.org")
    a_writer(son)
    proxy = allow(
        member_id=member.id, proxy_id=son.id, may=frozenset({For.READ_MESSAGES}),
        basis=Basis.AUTHORIZATION, until=None, now=NOW, actor=rosa,
    )  # fmt: skip
    answered(member, ana, rosa)
    if ends:
        end(proxy=proxy, now=NOW + timedelta(seconds=30), actor=rosa)

    assert send_notices(now=LATER) == (1 if ends else 2)


def test_an_email_says_that_there_is_a_message_in_ones_language_and_nothing_of_it(
    member, ana, rosa
):
    answered(member, ana, rosa)
    assert send_notices(now=NOW) == 0

    assert send_notices(now=LATER) == 1
    assert send_notices(now=LATER + timedelta(hours=1)) == 0

    (email,) = mail.outbox
    assert "/messages/" in email.body
    assert "mensaje" in email.subject
    assert not {"diabetes", "billed", "Rosa", "CA-26"} & set(
        f"{email.subject} {email.body}".split()
    )


def test_two_messages_are_told_of_once(member, ana, rosa):
    answered(member, ana, rosa, times=2)

    assert send_notices(now=LATER) == 1


def test_whoever_has_read_it_gets_no_email(member, ana, rosa):
    case = answered(member, ana, rosa)
    seeing.see(case=case, now=NOW + timedelta(seconds=20), actor=ana)

    assert send_notices(now=LATER) == 0


def test_a_member_chooses_how_they_are_told(member, ana, rosa):
    wish(wishes=Wishes(by_email=False, by_text=True), now=NOW, actor=ana)
    answered(member, ana, rosa)

    assert send_notices(now=LATER) == 0
    ((number, body),) = texts()
    assert number == "+15105550134"
    assert "diabetes" not in body


def test_no_text_goes_to_who_did_not_ask_for_it(member, ana, rosa):
    answered(member, ana, rosa)

    assert texts() == []


def test_a_note_between_ourselves_tells_nobody(member, ana, rosa):
    case = a_message(ana, member)
    add_note(case=seen(case, rosa), body=SECRET, is_visible=False, now=NOW, actor=rosa)

    assert send_notices(now=LATER) == 0


def test_an_email_that_did_not_go_is_tried_again(member, ana, rosa, monkeypatch):
    answered(member, ana, rosa)

    def breaks(*_given):
        raise OSError("no server")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", breaks)
        assert send_notices(now=LATER) == 0

    assert send_notices(now=LATER + timedelta(minutes=6)) == 1


def test_somebody_is_alarmed_before_the_promise_breaks_and_when_it_did(member, ana, rosa):
    case = a_message(ana, member)
    due_at = NOW + timedelta(hours=39)
    assert alarm_replies(now=due_at - timedelta(hours=3)) == 0

    assert alarm_replies(now=due_at - timedelta(hours=1)) == 1
    assert alarm_replies(now=due_at - timedelta(minutes=50)) == 0
    assert alarm_replies(now=due_at) == 1
    kinds = {one.kind for one in list_alarms_for(actor=rosa)}
    assert {Alarm.REPLY_DUE, Alarm.REPLY_LATE} <= kinds

    a_message(rosa, member, "Sorry.", case=seen(case, rosa), now=due_at + timedelta(hours=1))
    assert list_alarms_for(actor=rosa) == ()
    assert alarm_replies(now=due_at + timedelta(hours=2)) == 0
