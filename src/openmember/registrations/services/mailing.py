"""Sending what an applicant is told: the e-mail, by a job, and the letter once somebody has mailed it."""

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, Scope
from openmember.registrations import letters
from openmember.registrations.queries import UnknownRegistration
from openmember.registrations.types import Registration

log = structlog.get_logger("openmember.registrations")


# Every minute, then an hour apart: longer than a mail server is out, and not for ever.
TRIES = 30
PATIENCE = "least(power(2, email_tries), 60) * interval '1 minute'"


@transaction.atomic
def note_mailed(*, found: Registration, letter_id: int, now: datetime, actor: Actor) -> None:
    """Say that a letter of this application is printed and in the mail. Again changes nothing.

    Errors: NotAllowed; UnknownRegistration where the application has no such letter.
    """
    actor.require(Scope.REGISTER)
    values = {"id": letter_id, "of": found.id, "now": now, "by": str(actor)}
    row = fetch_one(
        "UPDATE registrations_letter SET mailed_at = %(now)s, mailed_by = %(by)s"
        " WHERE id = %(id)s AND registration_id = %(of)s AND mailed_at IS NULL RETURNING id",
        values,
    )
    if row is not None:
        audit.record(
            actor=str(actor), action="registration.letter_mailed", registration_id=found.id,
            letter_id=letter_id,
        )  # fmt: skip
    elif not fetch_one(
        "SELECT 1 AS yes FROM registrations_letter WHERE id = %(id)s AND registration_id = %(of)s",
        values,
    ):
        raise UnknownRegistration(str(letter_id))


def send_emails(*, now: datetime, actor: Actor, limit: int = 200) -> int:
    """Send the e-mails that wait; return how many left. Each is noted after it left, so that none is lost.

    Shape:  what a mail server refuses is tried again later, and after some thirty times no more: the letter
            says the same. A crash between the two tells an applicant twice.
    """
    sent = tried = 0
    while tried < limit and (did := _send_one(now, actor)) is not None:
        tried += 1
        sent += did
    return sent


@transaction.atomic
def _send_one(now: datetime, actor: Actor) -> bool | None:
    row = fetch_one(
        "SELECT l.id, l.registration_id, l.email_to, l.missing, r.language, r.region"  # noqa: S608  text of our own
        " FROM registrations_letter l JOIN registrations_registration r ON r.id = l.registration_id"
        " WHERE l.email_to <> '' AND l.emailed_at IS NULL AND l.email_tries < %(tries)s"
        f" AND (l.email_tried_at IS NULL OR l.email_tried_at + {PATIENCE} <= %(now)s)"
        " ORDER BY l.id LIMIT 1 FOR NO KEY UPDATE OF l SKIP LOCKED",
        {"now": now, "tries": TRIES},
    )
    if row is None:
        return None
    try:
        letters.send_email(row)
    except (
        OSError
    ) as failed:  # Every error of SMTP is one, and so is a server that does not answer.
        log.warning("applicant_email_failed", letter=row.id, why=type(failed).__name__)
        _tried(row, now, is_sent=False)
        return False
    _tried(row, now, is_sent=True)
    audit.record(
        actor=str(actor), action="registration.email", registration_id=row.registration_id,
        letter_id=row.id,
    )  # fmt: skip
    return True


def _tried(row: Any, now: datetime, *, is_sent: bool) -> None:
    fetch_all(
        "UPDATE registrations_letter SET email_tries = email_tries + 1, email_tried_at = %(now)s,"
        " emailed_at = %(at)s WHERE id = %(id)s",
        {"id": row.id, "now": now, "at": now if is_sent else None},
    )
