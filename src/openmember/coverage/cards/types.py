"""What an ID card says."""

from dataclasses import dataclass
from datetime import date

from openmember.kernel.references import identity, reference
from openmember.members.types import PersonName


@dataclass(frozen=True, slots=True)
class CardCoverage:
    """One kind of coverage under one plan and group, without a gap. `ends_on` is its last day, if known."""

    insurance_line: str
    plan: str
    group_number: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Coverage of one kind that goes on under another plan or group. The effective date is the later one's."""

    before: CardCoverage
    after: CardCoverage

    @property
    def is_other_group(self) -> bool:
        return self.before.group_number != self.after.group_number


@dataclass(frozen=True, slots=True)
class Covered:
    """What covers one member on a day, what comes, and what changes about it around the day."""

    coverages: tuple[CardCoverage, ...] = ()
    coming: tuple[CardCoverage, ...] = ()
    ended_on: date | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One member's card on a day. `mrn` is empty where whoever looks may not see it.

    Shape: `coverages` are those of the day, medical first; `coming` start later; `ended_on` is the last
    day of what came before, where nothing covers the member on the day.
    """

    member_id: int
    name: PersonName
    number: str
    mrn: str
    region: str
    is_own: bool
    coverages: tuple[CardCoverage, ...]
    coming: tuple[CardCoverage, ...]
    ended_on: date | None
    # Until this day no other card can be asked for by mail; None when one can.
    asked_until: date | None = None

    @property
    def is_covered(self) -> bool:
        return bool(self.coverages)

    @property
    def can_be_mailed(self) -> bool:
        return bool(self.coverages or self.coming) and self.asked_until is None


@dataclass(frozen=True, slots=True)
class CardRequest:
    """A card somebody asked for. `address` are the lines it goes to, as they were on file that day."""

    id: int
    account_number: str
    member_id: int
    asked_on: date
    again_on: date
    address: tuple[str, ...]
    actor: str
    sent_on: date | None = None
    canceled_on: date | None = None

    @property
    def reference(self) -> str:
        return reference("K", self.id)


def card_request_id(text: str) -> int:
    """Return the id behind a request's reference. Errors: kernel.references.BadReference."""
    return identity("K", text)
