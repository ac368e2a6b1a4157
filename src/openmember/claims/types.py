"""Claims and visits as other rooms see them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from openmember.exchange.x12.types import Problem


class ClaimState(StrEnum):
    """What became of a claim of a remittance."""

    TAKEN = "taken"  # it counts for what its patient is asked for
    NOT_ASKED = "not_asked"  # another payer decides first, or it only quotes a price
    WAITING = "waiting"  # an exception: a person decides
    SET_ASIDE = "set_aside"


class Reason(StrEnum):
    """Why a claim or a whole remittance waits for a person."""

    DOES_NOT_ADD_UP = "does_not_add_up"
    TRACE_REUSED = "trace_reused"
    UNKNOWN_MEMBER = "unknown_member"
    AMBIGUOUS = "ambiguous"
    NAME_DIFFERS = "name_differs"
    PATIENT_DIFFERS = "patient_differs"
    KNOWN_CLAIM = "known_claim"
    UNKNOWN_REVERSAL = "unknown_reversal"
    LESS_THAN_NOTHING = "less_than_nothing"
    CANNOT_BILL = "cannot_bill"


# What a person mends by choosing the account.
ACCOUNT_REASONS = frozenset({Reason.UNKNOWN_MEMBER, Reason.AMBIGUOUS, Reason.NAME_DIFFERS})


class VisitKind(StrEnum):
    """What a charge of our own is for."""

    VISIT = "visit"
    DISPENSING = "dispensing"


@dataclass(frozen=True, slots=True)
class Matched:
    """Whose a claim is, and the episode of the visit it is for, where that is known."""

    account_number: str
    member_id: int | None
    visit: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One reason why a claim, or a remittance, waits."""

    segment_number: int
    reason: Reason
    message: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PatientShare:
    """One amount that is the patient's: a deductible, coinsurance, copay or other reason, by service."""

    reason: str
    amount_cents: int
    code: str
    served_on: date | None


@dataclass(frozen=True, slots=True)
class Episode:
    """What belongs to one bill: a visit and its claims, or a claim with what corrects it.

    Shape: `key` names it within the account; `shares` add up to what its patient is asked for, reversals
    taken off; `basis` is the claim or visit that changed it last.
    """

    account_number: str
    key: str
    member_id: int | None
    is_pharmacy: bool
    served_on: date | None
    provider: str
    basis: str
    shares: tuple[PatientShare, ...]
    has_reversal: bool

    @property
    def target_cents(self) -> int:
        return sum(share.amount_cents for share in self.shares)


@dataclass(frozen=True, slots=True)
class Denied:
    """A claim a payer denied. `control` is the number its provider gave it."""

    control: str
    member_id: int | None
    provider: str
    served_on: date | None
    charge_cents: int


@dataclass(slots=True)
class Effects:
    """What taking a remittance did, or would do."""

    remittances_taken: int = 0
    remittances_repeated: int = 0
    remittances_held: int = 0
    claims_taken: int = 0
    claims_not_asked: int = 0
    claims_waiting: int = 0
    bills_raised: int = 0
    bills_reduced: int = 0
    asked_cents: int = 0


@dataclass(slots=True)
class Taken:
    """What became of a file. `accepted` is False when it was refused whole or a payment does not add up."""

    sha256: str
    accepted: bool
    already_taken: bool
    dry_run: bool
    report: dict[str, Any]
    problems: tuple[Problem, ...]
    effects: Effects = field(default_factory=Effects)
    exceptions: list[Found] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ClaimException:
    """An exception of an 835, with the claim it is about."""

    id: int
    file_name: str
    sha256: str
    segment_number: int
    reason: Reason
    message: str
    differences: tuple[str, ...]
    opened_at: datetime
    resolved_at: datetime | None
    payer_name: str
    trace: str
    claim_id: int | None
    patient: str
    numbers: tuple[str, ...]
    patient_cents: int
    served_on: date | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim as its patient knows it: when, by whom, and what the plan did not pay."""

    id: int
    is_pharmacy: bool
    served_on: date | None
    provider: str
    charge_cents: int
    paid_cents: int
    is_denied: bool
    told_on: date | None
