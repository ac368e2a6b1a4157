"""Proxies as other rooms see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class For(StrEnum):
    """One thing a proxy may do for a member."""

    READ_MESSAGES = "read_messages"
    WRITE_MESSAGES = "write_messages"  # and read them
    DISPUTES = "disputes"  # file and follow grievances and appeals; and write and read messages


class Basis(StrEnum):
    """What lets somebody act for another."""

    AUTHORIZATION = "authorization"  # the member's own, on the region's form
    PARENT = "parent"
    GUARDIAN = "guardian"
    POWER_OF_ATTORNEY = "power_of_attorney"
    REPRESENTATIVE = "representative"  # a personal representative, by a court or by law
    APPOINTMENT = "appointment"  # for disputes, on the form both sign

    @property
    def stands_in(self) -> bool:
        """Whether who has it may do what the member alone may: appeal under Medicare, take a dispute back.

        Sources: 42 CFR 422.561, 423.560 (representative); 45 CFR 164.502(g).
        """
        return self is not Basis.AUTHORIZATION


@dataclass(frozen=True, slots=True)
class Proxy:
    """That one member may act for another. `ends_at` is the first moment at which it is over."""

    id: int
    member_id: int
    member_name: str
    proxy_id: int
    proxy_name: str
    may: frozenset[For]
    basis: Basis
    starts_at: datetime
    ends_at: datetime | None
    signed_on: date | None = None


class ProxyRefused(Exception):
    """This cannot be allowed; nothing was changed. `name` is the situation."""

    def __init__(self, name: str) -> None:
        super().__init__(name.replace("_", " "))
        self.name = name
