"""What a representative asks to be paid, as other rooms see it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openmember.kernel.references import identity, reference


class Way(StrEnum):
    """How it is asked for."""

    TEXT = "text"
    EMAIL = "email"
    CALL = "call"  # In the caller's own call, on the secure line.


class AskedStatus(StrEnum):
    """How far it got; derived, never stored."""

    ASKED = "asked"
    OPENED = "opened"
    WAITING = "waiting"
    PAID = "paid"
    DECLINED = "declined"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Asked:
    """One payment asked for. `sent_to` is where a link went; `tries` counts the payments begun with it."""

    id: int
    account_number: str
    amount_cents: int
    bill_ids: tuple[int, ...]
    way: Way
    language: str
    representative: str
    sent_to: str
    is_on_file: bool
    asked_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    tries: int

    @property
    def reference(self) -> str:
        return asked_reference(self.id)

    @property
    def key(self) -> str:
        """The key in the one door of the try under way; empty while nothing was tried."""
        return key_of_try(self.id, self.tries) if self.tries else ""


def key_of_try(asked_id: int, number: int) -> str:
    """Return the key in the one door of one try, the first being 1."""
    return f"assisted:{asked_id}:{number}"


def asked_reference(asked_id: int) -> str:
    """Return what people call it."""
    return reference("L", asked_id)


def asked_id(text: str) -> int:
    """Return the id behind a reference. Errors: kernel.references.BadReference."""
    return identity("L", text)
