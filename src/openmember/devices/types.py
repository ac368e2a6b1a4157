"""A member's device as other rooms see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class News(StrEnum):
    """What a device can be told of."""

    BILL = "bill"
    RECEIPT = "receipt"
    MESSAGE = "message"
    REPLY = "reply"  # told to whoever wants to hear of messages


@dataclass(frozen=True, slots=True)
class Device:
    """One browser a member trusts. `wants` is empty while it is told of nothing."""

    id: int
    user_id: int
    member_id: int
    stamp: str
    name: str
    keeps_card: bool
    made_at: datetime
    seen_at: datetime
    is_revoked: bool
    is_active: bool
    wants: frozenset[News] = frozenset()


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser's push service takes messages for it, and the keys that close them (RFC 8291)."""

    endpoint: str
    p256dh: bytes
    auth: bytes
