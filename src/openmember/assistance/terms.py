"""What a policy of financial assistance says."""

from dataclasses import dataclass

from openmember.assistance.types import Program
from openmember.billing.types import Line

WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off, in hundredths of a percent."""

    medical_bps: int
    pharmacy_bps: int


@dataclass(frozen=True, slots=True)
class Band:
    """Up to this income, both ends included, this much comes off."""

    up_to_percent: int
    discount: Discount


@dataclass(frozen=True, slots=True)
class Presumption:
    """A program whose members need not count their income."""

    program: Program
    discount: Discount
    automatic: bool
    needs_proof: bool


@dataclass(frozen=True, slots=True)
class StateFloor:
    """The least a state's law asks for, up to the income that an amount of the rulebook names."""

    state: str
    amount_id: str
    discount: Discount


@dataclass(frozen=True, slots=True)
class Policy:
    """The organisation's policy. `confirmed` says that somebody there answered for it."""

    version: str
    name: str
    confirmed: bool
    bands: tuple[Band, ...]
    presumptions: tuple[Presumption, ...]
    billed_cap_bps: int
    billed_cap_lines: tuple[Line, ...]
    floors: tuple[StateFloor, ...]
    award_months: int
    decide_within_days: int
    complete_within_days: int
    appeal_within_days: int
    late_bills_in: tuple[str, ...]
    wants_proof_of_income: bool
    guidelines_from: tuple[int, int]  # month and day

    def find_presumption(self, program: Program) -> Presumption | None:
        """Return what the policy says of a program, or None when it does not count."""
        return next((one for one in self.presumptions if one.program is program), None)
