"""Sending a text message: one small Protocol, and a way that needs no carrier."""

from typing import Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

log = structlog.get_logger("openmember.texting")


class NotSent(Exception):
    """The carrier did not take the message; it is tried again."""


class TextSender(Protocol):
    """Whoever carries text messages."""

    def send(self, *, number: str, body: str) -> None:
        """Hand one message over. Errors: NotSent."""


class OutboxTexts:
    """Keeps messages where they were written: the table is the outbox, and the log says that one left it."""

    def send(self, *, number: str, body: str) -> None:
        log.info("text_message", ending=number[-2:], signs=len(body))


def has_text_sender() -> bool:
    """Return whether anybody carries text messages; without one none may be promised."""
    return bool(settings.PHONE_TEXT_SENDER)


def get_text_sender() -> TextSender:
    """Return the configured sender."""
    sender: TextSender = import_string(settings.PHONE_TEXT_SENDER)()
    return sender
