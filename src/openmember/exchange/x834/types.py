"""What an 834 says, as plain values. Codes stay as the guide writes them: 021, 18, A.

Source: ASC X12N 005010X220 and X220A1, Benefit Enrollment and Maintenance.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from openmember.exchange.x12.types import Amount, Dated, Interchange, Problem, Reference


@dataclass(frozen=True, slots=True)
class Organization:
    """A sponsor (P5), payer (IN), broker (BO), or administrator (TV)."""

    role: str
    name: str
    id_qualifier: str
    id_value: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A control total: members (TO), subscribers (ET), or dependents (DT)."""

    segment_number: int
    qualifier: str
    count: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a transaction says of itself. `action` is BGN08: 2 update, 4 verify, RX replace."""

    control: str
    segment_number: int
    purpose: str
    reference: str
    created_on: date | None
    created_time: str
    original_reference: str
    action: str
    master_policy: str
    dates: tuple[Dated, ...]
    quantities: tuple[Quantity, ...]
    organizations: tuple[Organization, ...]

    def organization(self, role: str) -> Organization | None:
        """Return the first organization in a role."""
        return next((one for one in self.organizations if one.role == role), None)


@dataclass(frozen=True, slots=True)
class Contact:
    """One number or address of a PER, such as TE, HP, WP, CP, or EM."""

    qualifier: str
    value: str


@dataclass(frozen=True, slots=True)
class Address:
    """N3 and N4. `location` is a county where its qualifier is CY."""

    line_1: str
    line_2: str
    city: str
    state: str
    postal_code: str
    country: str
    location_qualifier: str
    location: str


@dataclass(frozen=True, slots=True)
class RaceOrEthnicity:
    """One DMG05: the X12 code, and the CDC's code where it is given."""

    code: str
    cdc_code: str


@dataclass(frozen=True, slots=True)
class Demographics:
    born_on: date | None
    gender: str
    marital_status: str
    race_and_ethnicity: tuple[RaceOrEthnicity, ...]
    citizenship: str


@dataclass(frozen=True, slots=True)
class Party:
    """Whom an NM1 names. An `id_qualifier` of 34 is a Social Security number: do not store it."""

    role: str
    is_person: bool
    last_name: str
    first_name: str
    middle_name: str
    prefix: str
    suffix: str
    id_qualifier: str
    id_value: str
    contacts: tuple[Contact, ...]
    address: Address | None
    demographics: Demographics | None


@dataclass(frozen=True, slots=True)
class Language:
    """A LUI. `use` is 5 reading, 6 writing, 7 speaking, 8 native."""

    qualifier: str
    code: str
    description: str
    use: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What INS says beyond the change. `is_confidential` restricts who may see the record."""

    benefit_status: str
    medicare_plan: str
    medicare_reason: str
    cobra_event: str
    employment_status: str
    student_status: str
    is_disabled: bool
    died_on: date | None
    is_confidential: bool


@dataclass(frozen=True, slots=True)
class IdCard:
    description: str
    kind: str
    count: str
    action: str


@dataclass(frozen=True, slots=True)
class OtherInsurance:
    """A COB: what else covers the member. `sequence` is P, S, T, or U for unknown."""

    sequence: str
    policy: str
    coordination: str
    service_type: str
    references: tuple[Reference, ...]
    dates: tuple[Dated, ...]
    parties: tuple[Party, ...]


@dataclass(frozen=True, slots=True)
class HealthCoverage:
    """An HD and what follows it."""

    segment_number: int
    maintenance_type: str
    insurance_line: str
    plan_description: str
    level: str
    dates: tuple[Dated, ...]
    amounts: tuple[Amount, ...]
    references: tuple[Reference, ...]
    id_cards: tuple[IdCard, ...]
    providers: tuple[Party, ...]
    other_insurance: tuple[OtherInsurance, ...]

    @property
    def begins_on(self) -> date | None:
        return find_day(self.dates, "348")

    @property
    def ends_on(self) -> date | None:
        return find_day(self.dates, "349")


@dataclass(frozen=True, slots=True)
class ReportingCategory:
    """One name and value of loop 2700, such as APTC AMT. `cents` is its value if that is money."""

    name: str
    reference: Reference | None
    dated: Dated | None
    cents: int | None


@dataclass(frozen=True, slots=True)
class MemberInstruction:
    """One INS loop: what to do about one member.

    Shape: `position` counts the transaction's members from 1. `references` are those besides the
    subscriber's number (0F) and the group's or policy's (1L). `person.role` is 74 where the name
    corrects an earlier one, and `prior` is that one. `parties` are the others an NM1 names:
    employer (36), school (M8), custodial parent (S3), drop-off place (45), and those responsible
    (QD, S1, ...).
    """

    header: Header
    segment_number: int
    position: int
    is_subscriber: bool
    relationship: str
    maintenance_type: str
    maintenance_reason: str
    standing: Standing
    subscriber_number: str
    group_or_policy: str
    references: tuple[Reference, ...]
    dates: tuple[Dated, ...]
    person: Party
    languages: tuple[Language, ...]
    amounts: tuple[Amount, ...]
    prior: Party | None
    mailing_address: Address | None
    parties: tuple[Party, ...]
    coverages: tuple[HealthCoverage, ...]
    categories: tuple[ReportingCategory, ...]

    @property
    def eligible_from(self) -> date | None:
        return find_day(self.dates, "356")

    @property
    def eligible_until(self) -> date | None:
        return find_day(self.dates, "357")

    def category(self, name: str) -> ReportingCategory | None:
        """Return a reporting category by its name, such as APTC AMT."""
        return next((one for one in self.categories if one.name == name), None)


@dataclass(slots=True)
class Totals:
    """What was counted, in a transaction or in a file."""

    members: int = 0
    subscribers: int = 0
    coverages: int = 0
    by_maintenance_type: Counter[str] = field(default_factory=Counter)

    @property
    def dependents(self) -> int:
        return self.members - self.subscribers

    def count(self, member: MemberInstruction) -> None:
        self.members += 1
        self.subscribers += member.is_subscriber
        self.coverages += len(member.coverages)
        self.by_maintenance_type[member.maintenance_type] += 1


@dataclass(frozen=True, slots=True)
class Report:
    """A file as a whole. It may be taken only when `error_count` is 0.

    Shape: `problems` holds the first thousand errors and warnings each; the counts are complete.
    """

    byte_count: int
    interchanges: tuple[Interchange, ...]
    totals: Totals
    problems: tuple[Problem, ...]
    error_count: int
    warning_count: int


def find_day(dates: Iterable[Dated], qualifier: str) -> date | None:
    """Return the first day of the first date so qualified."""
    return next((one.on for one in dates if one.qualifier == qualifier), None)
