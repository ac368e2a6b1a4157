"""Trusting a device, telling it of news, and ending the trust."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.utils import DataError, IntegrityError

from openmember.devices import queries, rules
from openmember.devices.types import Device, News, Subscription
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor

# How often it is noted that a device was seen.
SEEN_EVERY = timedelta(hours=12)


class CannotTell(Exception):
    """The browser gave an address or keys that no message can be sent to."""


@transaction.atomic
def trust(*, actor: Actor, stamp: str, name: str) -> tuple[Device, str]:
    """Trust a browser and return it with the token its cookie holds, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    fetch_all(
        "INSERT INTO devices_device (token_hash, user_id, member_id, stamp, name)"
        " VALUES (%(hash)s, %(user)s, %(member)s, %(stamp)s, %(name)s)",
        {
            "hash": queries.hash_of(token),
            "user": actor.id,
            "member": actor.member_id,
            "stamp": stamp,
            "name": name[:80],
        },
    )
    device = queries.find_device(token=token)
    assert device is not None
    _record(device, actor, "device.trust")
    return device, token


@transaction.atomic
def keep_card(*, device: Device, keeps: bool, actor: Actor) -> None:
    """Note that the device keeps the card, or that it does not any more. Again does nothing."""
    changed = fetch_all(
        "UPDATE devices_device SET keeps_card = %(keeps)s WHERE id = %(id)s AND revoked_at IS NULL"
        " AND keeps_card <> %(keeps)s RETURNING id",
        {"id": device.id, "keeps": keeps},
    )
    if changed:
        _record(device, actor, "device.keep_card" if keeps else "device.forget_card")


@transaction.atomic
def tell(
    *,
    device: Device,
    subscription: Subscription,
    wants: frozenset[News],
    language: str,
    actor: Actor,
) -> None:
    """Tell the device of these kinds of news from now on. Errors: CannotTell."""
    try:
        rules.host_of(subscription.endpoint, exempt=tuple(settings.PUSH_EXEMPT_HOSTS))
    except rules.BadEndpoint as bad:
        raise CannotTell(str(bad)) from bad
    try:
        with transaction.atomic():
            # An address belongs to one browser: whoever used that browser before is told no more.
            fetch_all(
                "DELETE FROM devices_subscription WHERE endpoint = %(endpoint)s OR device_id = %(device)s",
                {"endpoint": subscription.endpoint, "device": device.id},
            )
            fetch_all(
                "INSERT INTO devices_subscription (device_id, member_id, endpoint, p256dh, auth, wants,"
                " language) VALUES (%(device)s, %(member)s, %(endpoint)s, %(p256dh)s, %(auth)s,"
                " %(wants)s, %(language)s)",
                {
                    "device": device.id,
                    "member": device.member_id,
                    "endpoint": subscription.endpoint,
                    "p256dh": subscription.p256dh,
                    "auth": subscription.auth,
                    "wants": sorted(wants),
                    "language": language,
                },
            )
    except (IntegrityError, DataError) as wrong:
        raise CannotTell("keys of another shape") from wrong
    _record(device, actor, "device.tell", kinds=sorted(wants))


@transaction.atomic
def tell_no_more(*, device: Device, actor: Actor) -> None:
    """Tell the device of nothing any more. Again does nothing."""
    gone = fetch_all(
        "DELETE FROM devices_subscription WHERE device_id = %(id)s RETURNING id", {"id": device.id}
    )
    if gone:
        _record(device, actor, "device.tell_no_more")


@transaction.atomic
def end_news(*, user_id: int, but: Device | None, actor: Actor) -> None:
    """Tell a user's devices of nothing any more but this one, as after a new password. Again does nothing."""
    gone = fetch_all(
        "DELETE FROM devices_subscription s USING devices_device d WHERE d.id = s.device_id"
        " AND d.user_id = %(user)s AND d.id IS DISTINCT FROM %(but)s"
        " RETURNING d.id AS device, d.member_id",
        {"user": user_id, "but": but.id if but else None},
    )
    for row in gone:
        audit.record(
            actor=str(actor), action="device.tell_no_more", member_id=row.member_id,
            device=row.device, reason="new password",
        )  # fmt: skip


@transaction.atomic
def revoke(*, device: Device, actor: Actor, reason: str) -> None:
    """End the trust in a device: it is told of nothing, and empties itself when it next asks."""
    fetch_all("DELETE FROM devices_subscription WHERE device_id = %(id)s", {"id": device.id})
    revoked = fetch_all(
        "UPDATE devices_device SET revoked_at = now(), keeps_card = false"
        " WHERE id = %(id)s AND revoked_at IS NULL RETURNING id",
        {"id": device.id},
    )
    if revoked:
        _record(device, actor, "device.revoke", reason=reason)


def see(*, device: Device, stamp: str | None, now: datetime) -> None:
    """Note that the device was seen; with `stamp`, that its owner is signed in there under it."""
    is_due = now - device.seen_at > SEEN_EVERY
    if not is_due and (stamp is None or stamp == device.stamp):
        return
    fetch_all(
        "UPDATE devices_device SET seen_at = %(now)s, stamp = coalesce(%(stamp)s, stamp)"
        " WHERE id = %(id)s AND revoked_at IS NULL",
        {"id": device.id, "now": now, "stamp": stamp},
    )


def _record(device: Device, actor: Actor, action: str, **detail: Any) -> None:
    audit.record(
        actor=str(actor), action=action, member_id=device.member_id, device=device.id, **detail
    )
