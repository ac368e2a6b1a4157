"""Telling devices of news: claim, commit, send, note what came of it. Restartable, harmless twice."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.devices import rules
from openmember.devices.encryption import ServerKey, authorization, encrypt
from openmember.devices.gateway import Answer, Forbidden, PushService, Unreachable
from openmember.devices.types import News
from openmember.kernel.sql import fetch_all
from openmember.ui.context import organisation

log = structlog.get_logger("openmember.devices")

# A whole batch of services that do not answer takes less time than the claim holds.
BATCH = 20
# A sender that died leaves its claims to the next one after this.
CLAIM = timedelta(minutes=5)
GONE = (404, 410)
KEPT_DAYS = 30
PAGES = {
    News.BILL: "/bills/",
    News.RECEIPT: "/payments/",
    News.MESSAGE: "/documents/",
    News.REPLY: "/messages/",
}


@dataclass(slots=True)
class Told:
    """What one pass did: messages sent, put off, given up, and subscriptions that were over."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    over: int = 0


def send_news(*, now: datetime, service: PushService | None = None) -> Told:
    """Send everything that is due and return the counts. Without a push key nothing is sent."""
    told = Told()
    if not settings.PUSH_KEY:
        return told
    key = ServerKey.read(settings.PUSH_KEY)
    sender = service or PushService(tuple(settings.PUSH_EXEMPT_HOSTS), settings.PUSH_CA_FILE)
    began = monotonic()
    told.given_up += _give_up(now)
    while rows := _claim(at := now + timedelta(seconds=monotonic() - began)):
        for row in rows:
            _tell(row, key, sender, at, told)
    _forget_old(now)
    return told


def message_for(kind: News, language: str) -> dict[str, str]:
    """Return what a device shows: that there is something, and nothing of what it is."""
    with translation.override(language):
        body = {
            News.BILL: _("You have a new bill."),
            News.RECEIPT: _("We received a payment. You have a new receipt."),
            News.MESSAGE: _("You have a new letter."),
            News.REPLY: _("You have a new message."),
        }[kind]
        return {
            "title": organisation().name,
            "body": body,
            "lang": language,
            "tag": kind.value,
            "url": PAGES[kind],
        }


@transaction.atomic
def _claim(now: datetime) -> list[Any]:
    values = {"now": now, "until": now + CLAIM, "limit": BATCH, "most": rules.TRIES_AT_MOST}
    return fetch_all(_CLAIM, values)


def _give_up(now: datetime) -> int:
    """Give up what no sender came back from, and what nobody may be told of any more."""
    return len(fetch_all(_GIVE_UP, {"now": now, "most": rules.TRIES_AT_MOST}))


def _tell(row: Any, key: ServerKey, sender: PushService, now: datetime, told: Told) -> None:
    message = json.dumps(message_for(News(row.kind), row.language), ensure_ascii=False).encode()
    signed = authorization(key, endpoint=row.endpoint, contact=settings.PUSH_CONTACT, now=now)
    try:
        body = encrypt(message, p256dh=bytes(row.p256dh), auth=bytes(row.auth))
        answer = sender.send(row.endpoint, body=body, authorization=signed, topic=row.kind)
    except Unreachable:
        answer = Answer(503)
    except (Forbidden, ValueError) as refused:
        # A name that leads inside, or a key off the curve: neither gets better by trying.
        log.warning("push_refused", subscription=row.subscription_id, why=type(refused).__name__)
        answer = Answer(410)
    _note(row, answer, now, told)


def _note(row: Any, answer: Answer, now: datetime, told: Told) -> None:
    if 200 <= answer.status < 300:
        _set(row, "sent_at = %(now)s", now)
        told.sent += 1
    elif answer.status in GONE:
        fetch_all("DELETE FROM devices_subscription WHERE id = %(id)s", {"id": row.subscription_id})
        told.over += 1
    elif answer.status == 429 or answer.status >= 500:
        wait = rules.wait_after(row.tries, asked_seconds=answer.retry_after_seconds)
        _set(row, "due_at = %(at)s" if wait else "given_up_at = %(now)s", now, wait)
        told.put_off += wait is not None
        told.given_up += wait is None
    else:
        # The service says that the request itself is wrong; another try would be too.
        log.error("push_wrong", status=answer.status, subscription=row.subscription_id)
        _set(row, "given_up_at = %(now)s", now)
        told.given_up += 1


def _set(row: Any, what: str, now: datetime, wait: timedelta | None = None) -> None:
    fetch_all(
        f"UPDATE devices_outbox SET {what} WHERE id = %(id)s",  # noqa: S608  words of our own
        {"id": row.id, "now": now, "at": now + (wait or timedelta())},
    )


def _forget_old(now: datetime) -> None:
    fetch_all(
        "DELETE FROM devices_outbox WHERE coalesce(sent_at, given_up_at) < %(before)s",
        {"before": now - timedelta(days=KEPT_DAYS)},
    )


# The language is the member's own where it is one of ours, else the one they used on the device.
_CLAIM = """
WITH due AS (
    SELECT o.id FROM devices_outbox o
    JOIN devices_subscription s ON s.id = o.subscription_id
    JOIN devices_device d ON d.id = s.device_id AND d.revoked_at IS NULL
    JOIN members_user u ON u.id = d.user_id AND u.is_active
    WHERE o.sent_at IS NULL AND o.given_up_at IS NULL AND o.due_at <= %(now)s AND o.tries < %(most)s
    ORDER BY o.due_at LIMIT %(limit)s FOR UPDATE OF o SKIP LOCKED
)
UPDATE devices_outbox o SET tries = tries + 1, due_at = %(until)s
FROM due, devices_subscription s, members_member m
WHERE o.id = due.id AND s.id = o.subscription_id AND m.id = s.member_id
RETURNING o.id, o.subscription_id, o.kind, o.tries, s.endpoint, s.p256dh, s.auth,
    CASE WHEN m.language IN ('en', 'es', 'zh-hant') THEN m.language ELSE s.language END AS language
"""

# A try is counted when it is claimed, so that one no sender came back from counts too. To give up counts
# as one: a row without any would stand for news to come, and keep the next out.
_GIVE_UP = """
WITH over AS (
    SELECT o.id FROM devices_outbox o
    JOIN devices_subscription s ON s.id = o.subscription_id
    JOIN devices_device d ON d.id = s.device_id
    JOIN members_user u ON u.id = d.user_id
    WHERE o.sent_at IS NULL AND o.given_up_at IS NULL AND o.due_at <= %(now)s
      AND (o.tries >= %(most)s OR d.revoked_at IS NOT NULL OR NOT u.is_active)
    FOR UPDATE OF o SKIP LOCKED
)
UPDATE devices_outbox o SET given_up_at = %(now)s, tries = greatest(tries, 1)
FROM over WHERE o.id = over.id RETURNING o.id
"""
