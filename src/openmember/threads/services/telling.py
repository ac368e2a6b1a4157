"""Telling a member that a message waits, and nothing of what it says: by e-mail, by text, on their devices."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from openmember.cases.types import Case
from openmember.directory.queries import get_organisation
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.proxies.queries import list_proxies_of
from openmember.members.proxies.types import For
from openmember.members.queries import get_member, map_sign_ins
from openmember.members.types import Actor
from openmember.texting.services import promise_text, reachable
from openmember.threads.queries import find_wishes
from openmember.threads.types import Wishes

log = structlog.get_logger("openmember.threads")

# Whoever has the page open reads at once, and needs no e-mail.
DELAY = timedelta(minutes=1)
CLAIM = timedelta(minutes=5)
TRIES_AT_MOST = 5
BATCH = 50


def tell(*, case: Case, now: datetime, actor: Actor) -> None:
    """Let the member and their proxies who read their messages know that there is one.

    Devices hear of it by a trigger.
    """
    if case.member_id is None:
        return
    helpers = list_proxies_of(member_ids=[case.member_id], at=now)
    readers = [case.member_id, *(one.proxy_id for one in helpers if For.READ_MESSAGES in one.may)]
    for user_id, member_id in map_sign_ins(member_ids=readers).items():
        if user_id == actor.id:
            continue
        row = fetch_one(
            "INSERT INTO threads_notice (case_id, user_id, member_id, made_at, due_at)"
            " VALUES (%(case)s, %(user)s, %(member)s, %(now)s, %(due)s) ON CONFLICT DO NOTHING RETURNING id",
            {
                "case": case.id,
                "user": user_id,
                "member": member_id,
                "now": now,
                "due": now + DELAY,
            },
        )
        if row and find_wishes(user_id=user_id).by_text:
            _text(row.id, member_id)


@transaction.atomic
def wish(*, wishes: Wishes, now: datetime, actor: Actor) -> None:
    """Keep how the actor is told of messages."""
    fetch_all(
        "INSERT INTO threads_wish (user_id, by_email, by_text, changed_at)"
        " VALUES (%(user)s, %(email)s, %(text)s, %(now)s) ON CONFLICT (user_id) DO UPDATE SET"
        " by_email = excluded.by_email, by_text = excluded.by_text, changed_at = excluded.changed_at",
        {"user": actor.id, "email": wishes.by_email, "text": wishes.by_text, "now": now},
    )
    audit.record(
        actor=str(actor), action="message.wishes", member_id=actor.member_id,
        by_email=wishes.by_email, by_text=wishes.by_text,
    )  # fmt: skip


def send_notices(*, now: datetime) -> int:
    """Send the e-mails that are due and return how many went. Claimed, sent, noted: restartable.

    A crash between sending and noting tells somebody twice, never not at all.
    """
    sent = 0
    while rows := _claim(now):
        for row in rows:
            sent += _send(row, now)
    return sent


def _send(row: Any, now: datetime) -> bool:
    goes = row.by_email and row.email and _may_still(row, now)
    if goes:
        try:
            _email(row.email, row.language)
        except OSError as trouble:
            log.warning("message_notice_failed", notice=row.id, why=type(trouble).__name__)
            if row.tries < TRIES_AT_MOST:
                return False
            goes = False
    fetch_all(
        "UPDATE threads_notice SET over_at = %(now)s,"
        " emailed_at = CASE WHEN %(goes)s THEN %(now)s::timestamptz END WHERE id = %(id)s",
        {"now": now, "goes": bool(goes), "id": row.id},
    )
    return bool(goes)


def _may_still(row: Any, now: datetime) -> bool:
    """Return whether the reader still reads for the member: a proxy may have ended since it was written."""
    if row.reader_id == row.member_id:
        return True
    helpers = list_proxies_of(member_ids=[row.member_id], at=now)
    return any(one.proxy_id == row.reader_id and For.READ_MESSAGES in one.may for one in helpers)


@transaction.atomic
def _claim(now: datetime) -> list[Any]:
    return fetch_all(_CLAIM, {"now": now, "until": now + CLAIM, "limit": BATCH})


def _email(address: str, language: str) -> None:
    with translation.override(language):
        EmailMessage(
            _("A message is waiting for you"),
            _(
                "%(organisation)s wrote to you.\n\nTo read it, sign in and open Messages:\n%(address)s\n\n"
                "For your privacy, this e-mail says nothing of what is in it. Please do not answer it."
            )
            % {
                "organisation": get_organisation().name,
                "address": f"{settings.SITE_URL}/messages/",
            },
            to=[address],
        ).send()


def _text(notice_id: int, member_id: int) -> None:
    person = get_member(member_id=member_id).person
    if number := reachable(person.phone):
        with translation.override(person.language or "en"):
            body = _("%(organisation)s: a message is waiting for you. Sign in to read it: %(address)s") % {
                "organisation": get_organisation().short_name,
                "address": f"{settings.SITE_URL}/messages/",
            }  # fmt: skip
        promise_text(key=f"message:{notice_id}", number=number, body=body)


_CLAIM = """
WITH due AS (
    SELECT id FROM threads_notice WHERE over_at IS NULL AND due_at <= %(now)s
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE threads_notice n SET tries = n.tries + 1, due_at = %(until)s
FROM due, members_user u, members_member m, cases_case c
WHERE n.id = due.id AND u.id = n.user_id AND m.id = n.member_id AND c.id = n.case_id
RETURNING n.id, n.tries, n.member_id AS reader_id, c.member_id,
    CASE WHEN u.is_active THEN u.email ELSE '' END AS email,
    coalesce((SELECT by_email FROM threads_wish w WHERE w.user_id = n.user_id), true) AS by_email,
    CASE WHEN m.language IN ('en', 'es', 'zh-hant') THEN m.language ELSE 'en' END AS language
"""
