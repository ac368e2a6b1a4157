"""Messages that wait, and calls that are forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from openmember.phone import models
from openmember.phone.gateway import NotSent, get_text_sender
from openmember.phone.jobs import KEPT, LONGEST_CALL, sweep
from openmember.phone.services import TEXT_TRIES, send_texts

pytestmark = pytest.mark.django_db


class Sender:
    """A carrier that refuses the first messages."""

    def __init__(self, refuses: int = 0) -> None:
        self.sent, self.refuses = [], refuses

    def send(self, *, number: str, body: str) -> None:
        if self.refuses:
            self.refuses -= 1
            raise NotSent
        self.sent.append((number, body))


@pytest.fixture
def message():
    call = models.Call.objects.create(digest="d", state="ended", language="en")
    return models.TextMessage.objects.create(call=call, number="+15104444142", body="Paid $1.00.")


def test_a_message_goes_once_and_its_number_is_forgotten(message):
    sender = Sender()

    assert send_texts(sender=sender) == 1
    assert send_texts(sender=sender) == 0
    message.refresh_from_db()
    assert sender.sent == [("+15104444142", "Paid $1.00.")]
    assert message.number == ""
    assert message.sent_at


def test_a_refused_message_is_tried_again_and_given_up_in_the_end(message):
    assert send_texts(sender=Sender(refuses=2), limit=1) == 0
    assert send_texts(sender=Sender(), limit=1) == 1

    models.TextMessage.objects.update(number="+15104444142", tries=0, sent_at=None)
    assert send_texts(sender=Sender(refuses=99)) == 0
    message.refresh_from_db()
    assert (message.tries, message.number, message.sent_at) == (TEXT_TRIES, "", None)


def test_the_sender_that_comes_with_the_code_tells_no_number(message, capsys):
    send_texts(sender=get_text_sender())

    assert "5104444142" not in capsys.readouterr().err


def test_a_call_whose_end_was_never_reported_is_emptied(dial):
    dial().press("1")
    models.Call.objects.update(started_at=timezone.now() - LONGEST_CALL - timedelta(minutes=1))

    sweep()

    call = models.Call.objects.get()
    assert (call.memory, call.answer) == ({}, "")
    assert call.ended_at


def test_old_calls_are_dropped_with_all_that_hangs_on_them(message):
    models.Call.objects.update(started_at=timezone.now() - KEPT - timedelta(days=1))

    sweep()

    assert not models.Call.objects.exists()
    assert not models.TextMessage.objects.exists()
