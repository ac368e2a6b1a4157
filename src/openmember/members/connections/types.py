"""Apps as other rooms see them. The standard calls an app a client."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Grant(StrEnum):
    """One thing an app may do for the member who allowed it; the standard calls it a scope."""

    ACCOUNT_READ = "account.read"
    BILLS_READ = "bills.read"
    PAYMENTS_READ = "payments.read"
    PAYMENTS_WRITE = "payments.write"
    AUTOPAY_WRITE = "autopay.write"
    PLANS_WRITE = "plans.write"
    DOCUMENTS_READ = "documents.read"
    DOCUMENTS_WRITE = "documents.write"
    ASSISTANCE_READ = "assistance.read"

    @property
    def moves_money(self) -> bool:
        """Whether it lets an app pay, or promise to."""
        return self in {Grant.PAYMENTS_WRITE, Grant.AUTOPAY_WRITE, Grant.PLANS_WRITE}


@dataclass(frozen=True, slots=True)
class App:
    """One app that may ask members for access. It keeps no secret: it runs on the member's phone."""

    client_id: str
    name: str
    redirect_uris: tuple[str, ...]
    created_at: datetime
    disabled_at: datetime | None

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at is not None


@dataclass(frozen=True, slots=True)
class Access:
    """What a token that holds now lets an app do, and for whom. `member_id` is None for other users."""

    user_id: int
    member_id: int | None
    client_id: str
    app_name: str
    redirect_uris: tuple[str, ...]
    grants: frozenset[str]


@dataclass(frozen=True, slots=True)
class Connection:
    """An app that a member let at their account, until they end it or stop using it."""

    client_id: str
    name: str
    grants: tuple[Grant, ...]
    since: datetime
    last_used_at: datetime
