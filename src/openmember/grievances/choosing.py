"""Which law governs a member's dispute: by the coverage they had on the day, and the state they live in."""

from dataclasses import dataclass
from datetime import date

from openmember.coverage.types import CoverageType
from openmember.directory.queries import find_region
from openmember.grievances.policy import get_policy
from openmember.grievances.types import Care, Law, Matter, Track
from openmember.kernel.sql import fetch_all
from openmember.members.types import Person

# Through whom somebody is covered, and whose law that is. COBRA is as its group. Source: docs/rules, 0.4.
_LAWS = {
    CoverageType.EXCHANGE: Law.INDIVIDUAL,
    CoverageType.DIRECT: Law.INDIVIDUAL,
    CoverageType.EMPLOYER: Law.GROUP,
    CoverageType.COBRA: Law.GROUP,
    CoverageType.MEDICARE: Law.MEDICARE_ADVANTAGE,
}
_PLACES = frozenset({"CA", "CO", "GA", "HI", "MD", "VA", "DC", "OR", "WA"})


@dataclass(frozen=True, slots=True)
class Covered:
    """A coverage a dispute may be about."""

    coverage_type: CoverageType
    plan: str
    group_number: str
    account_number: str


def list_covered(*, member_id: int, on: date) -> tuple[Covered, ...]:
    """Return the medical coverages of a member on a day, the latest begun first."""
    rows = fetch_all(
        "SELECT s.coverage_type, s.plan, s.group_number, s.account_number FROM coverage_span s"
        " JOIN coverage_enrollee e ON e.id = s.enrollee_id"
        " WHERE e.member_id = %(member)s AND NOT s.canceled AND s.insurance_line = 'HLT'"
        " AND s.starts_on <= %(on)s AND (s.ends_on IS NULL OR s.ends_on >= %(on)s)"
        " ORDER BY s.starts_on DESC, s.id DESC",
        {"member": member_id, "on": on},
    )
    return tuple(
        Covered(CoverageType(row.coverage_type), row.plan, row.group_number, row.account_number)
        for row in rows
    )


def track_of(*, matter: Matter, care: Care, covered: Covered | None, person: Person) -> Track:
    """Return what chooses the clocks of a dispute. Without a coverage it is taken for an individual one.

    A medicine dispensed is Part D's where the coverage is Medicare.
    """
    law = _LAWS[covered.coverage_type] if covered else Law.INDIVIDUAL
    if law is Law.MEDICARE_ADVANTAGE and care is Care.DRUG:
        law = Law.PART_D
    levels = 1
    group = get_policy().groups.get(covered.group_number) if covered else None
    if group is not None and law is Law.GROUP:
        law = Law.SELF_FUNDED if group.self_funded else law
        levels = group.levels
    return Track(matter, law, place_of(person), care_as(law, care, matter), levels)


def place_of(person: Person) -> str:
    """Return the state whose law applies beside the federal: where the member lives, else of their region."""
    state = person.address.state.upper()
    if state in _PLACES:
        return state
    region = find_region(code=person.region)
    return region.states[0] if region and region.states else "US"


def care_as(law: Law, care: Care, matter: Matter) -> Care:
    """Return a care as a law tells it apart.

    Authorizations and Part B drugs are Medicare Advantage's; a medicine is care as any other, but for Part D
    and for exceptions.
    """
    if law is Law.MEDICARE_ADVANTAGE:
        return Care.PRE_SERVICE if care is Care.DRUG else care
    if care in {Care.AUTHORIZATION, Care.PART_B_DRUG}:
        return Care.PRE_SERVICE
    if care is Care.DRUG and law is not Law.PART_D and matter is not Matter.EXCEPTION:
        return Care.PRE_SERVICE
    return care
