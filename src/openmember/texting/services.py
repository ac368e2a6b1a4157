"""Promising messages, and sending those that wait."""

import phonenumbers
from django.db import transaction
from django.utils import timezone

from openmember.texting import models
from openmember.texting.gateway import NotSent, TextSender

TRIES = 5


def reachable(typed: str) -> str:
    """Return a number of this country as a carrier dials it, or nothing: withheld numbers are not valid."""
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        return ""
    is_ours = number.country_code == 1 and phonenumbers.is_valid_number(number)
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if is_ours else ""
    )


def printed(number: str) -> str:
    """Return a number `reachable` gave as it is printed: (510) 555-0160."""
    return phonenumbers.format_number(
        phonenumbers.parse(number, "US"), phonenumbers.PhoneNumberFormat.NATIONAL
    )


def promise_text(*, key: str, number: str, body: str) -> None:
    """Put a message in the outbox, once for each `key`. `number` is one `reachable` gave."""
    message = models.TextMessage(key=key, number=number, body=body)
    models.TextMessage.objects.bulk_create([message], ignore_conflicts=True)


def take_back_text(*, key: str) -> None:
    """Let a message that did not go yet never go."""
    models.TextMessage.objects.filter(key=key, sent_at=None).update(number="", body="")


def send_texts(*, sender: TextSender, limit: int = 200) -> int:
    """Send what waits in the outbox and return how many messages went. Nothing of one is kept longer."""
    sent = 0
    for _ in range(limit):
        with transaction.atomic():
            row = (
                models.TextMessage.objects.select_for_update(skip_locked=True)
                .filter(sent_at=None, tries__lt=TRIES)
                .exclude(number="")
                .order_by("tries", "asked_at")
                .first()
            )
            if row is None:
                break
            number, body, row.tries = row.number, row.body, row.tries + 1
            if row.tries >= TRIES:
                row.number = row.body = ""
            row.save(update_fields=["tries", "number", "body"])
        try:
            sender.send(number=number, body=body)
        except NotSent:
            continue
        models.TextMessage.objects.filter(id=row.pk).update(
            number="", body="", sent_at=timezone.now()
        )
        sent += 1
    return sent
