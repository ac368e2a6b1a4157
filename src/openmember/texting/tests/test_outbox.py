"""Messages that wait."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from openmember.texting import models
from openmember.texting.gateway import NotSent, get_text_sender
from openmember.texting.queries import LATE, Outbox, get_outbox
from openmember.texting.services import (
    TRIES,
    promise_text,
    reachable,
    send_texts,
    take_back_text,
)

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
    promise_text(key="call:1", number="+15104444142", body="Paid $1.00.")
    return models.TextMessage.objects.get()


def test_a_message_goes_once_and_its_number_is_forgotten(message):
    sender = Sender()

    assert send_texts(sender=sender) == 1
    assert send_texts(sender=sender) == 0
    message.refresh_from_db()
    assert sender.sent == [("+15104444142", "Paid $1.00.")]
    assert (message.number, message.body) == ("", "")
    assert message.sent_at


def test_a_refused_message_is_tried_again_and_given_up_in_the_end(message):
    assert send_texts(sender=Sender(refuses=2), limit=1) == 0
    assert send_texts(sender=Sender(), limit=1) == 1

    models.TextMessage.objects.update(
        number="+15104444142", body="Paid $1.00.", tries=0, sent_at=None
    )
    assert send_texts(sender=Sender(refuses=99)) == 0
    message.refresh_from_db()
    assert (message.tries, message.number, message.sent_at) == (TRIES, "", None)


def test_the_sender_that_comes_with_the_code_tells_no_number(message, capsys):
    send_texts(sender=get_text_sender())

    assert "5104444142" not in capsys.readouterr().err


def test_about_one_thing_one_message_goes(message):
    promise_text(key="call:1", number="+15104444142", body="Again.")

    assert [one.body for one in models.TextMessage.objects.all()] == ["Paid $1.00."]


def test_a_message_taken_back_never_goes(message):
    take_back_text(key="call:1")

    sender = Sender()
    assert send_texts(sender=sender) == 0
    assert sender.sent == []


def test_the_database_keeps_nothing_of_what_went(message):
    with pytest.raises(IntegrityError):
        models.TextMessage.objects.update(sent_at=timezone.now())


def test_what_waits_too_long_and_what_was_given_up_is_counted(message):
    models.TextMessage.objects.update(asked_at=timezone.now() - LATE - timedelta(minutes=1))
    assert get_outbox() == Outbox(late=1, given_up=0)

    for _ in range(TRIES):
        send_texts(sender=Sender(refuses=1), limit=1)

    assert get_outbox() == Outbox(late=0, given_up=1)


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [("(510) 444-4142", "+15104444142"), ("+1 510 444 4142", "+15104444142"), ("anonymous", ""),
     ("+44 20 7946 0958", ""), ("123", ""), ("", "")],
)  # fmt: skip
def test_only_a_number_of_this_country_is_reached(typed, dialled):
    assert reachable(typed) == dialled
