"""From what an 834 says to what this system knows: people, spans, kinds of coverage. Decides nothing else."""

from datetime import date

from openmember.coverage.rules import Cannot
from openmember.coverage.types import CoverageType, Span
from openmember.directory.queries import find_region_of_state
from openmember.exchange.x834.types import HealthCoverage, MemberInstruction, find_day
from openmember.members.types import Address, Person, PersonName

# ISO 639-2 and 639-1 codes of the languages our pages speak.
_LANGUAGES = {
    **dict.fromkeys(("ENG", "EN"), "en"),
    **dict.fromkeys(("SPA", "ES"), "es"),
    **dict.fromkeys(("CHI", "ZHO", "ZH"), "zh-hant"),
}
_GENDERS = {"F": "F", "M": "M", "U": ""}
# INS02: spouse; child, adopted, foster, stepchild, ward. Whoever else is on the account is "other".
_RELATIONSHIPS = {"01": "spouse", **dict.fromkeys(("19", "09", "10", "15", "17"), "child")}
_SPOKEN, _NATIVE = "7", "8"


def person_of(instruction: MemberInstruction) -> Person:
    """Return what the file says of a member. A Social Security number is never taken over."""
    said = instruction.person
    address = said.address
    return Person(
        name=PersonName(said.first_name, said.last_name, said.middle_name, said.suffix),
        birth_on=said.demographics.born_on if said.demographics else None,
        gender=_GENDERS.get(said.demographics.gender, "") if said.demographics else "",
        email=_contact(instruction, "EM"),
        phone=_contact(instruction, "HP", "CP", "TE", "WP"),
        address=(
            Address(address.line_1, address.line_2, address.city, address.state, address.postal_code)
            if address
            else Address()
        ),
        region=_region(address.state) if address else "",
        language=_language(instruction),
    )  # fmt: skip


def span_of(
    instruction: MemberInstruction, coverage: HealthCoverage, sponsor_type: CoverageType
) -> Span:
    """Return the span one HD asks for. Errors: Cannot when nothing says from when."""
    starts_on = coverage.begins_on or instruction.eligible_from
    if starts_on is None:
        starts_on = find_day(coverage.dates, "303") or find_day(instruction.header.dates, "007")
    if starts_on is None:
        raise Cannot("no_date", "Neither DTP*348 nor DTP*356 says when the coverage begins.")
    shares = {
        amount.qualifier: amount.cents for amount in (*coverage.amounts, *instruction.amounts)
    }
    return Span(
        insurance_line=coverage.insurance_line,
        plan=coverage.plan_description,
        level=coverage.level,
        group_number=instruction.group_or_policy,
        coverage_type=coverage_type_of(instruction, sponsor_type),
        starts_on=starts_on,
        ends_on=coverage.ends_on,
        premium_cents=_category_cents(instruction, "PRE AMT TOT") or shares.get("P3"),
        aptc_cents=_category_cents(instruction, "APTC AMT"),
        member_share_cents=_category_cents(instruction, "TOT RES AMT"),
        rating_area=_category_value(instruction, "RATING AREA"),
    )


def relationship_of(code: str) -> str:
    """Return how somebody is on the subscriber's account, in our words."""
    return _RELATIONSHIPS.get(code, "other")


def coverage_type_of(instruction: MemberInstruction, sponsor_type: CoverageType) -> CoverageType:
    """Return the kind of coverage: COBRA by its event, an exchange by its reports, else the sponsor's."""
    if instruction.standing.cobra_event:
        return CoverageType.COBRA
    if any(instruction.category(name) for name in ("APTC AMT", "SOURCE EXCHANGE ID")):
        return CoverageType.EXCHANGE
    return sponsor_type


def ends_on(instruction: MemberInstruction, coverage: HealthCoverage | None) -> date:
    """Return the last day of coverage. Errors: Cannot when nothing says it."""
    said = (coverage.ends_on if coverage else None) or instruction.eligible_until
    if said is None:
        raise Cannot("no_date", "Neither DTP*349 nor DTP*357 says when the coverage ends.")
    return said


def is_same_person(known: Person, said: Person) -> bool:
    """Return whether what the file says can be the person known: names agree, and birth dates if told."""
    if said.birth_on and known.birth_on and said.birth_on != known.birth_on:
        return False
    return (
        known.name.last.casefold() == said.name.last.casefold()
        and known.name.first.casefold() == said.name.first.casefold()
    )


def _contact(instruction: MemberInstruction, *qualifiers: str) -> str:
    said = {contact.qualifier: contact.value for contact in reversed(instruction.person.contacts)}
    return next((said[one] for one in qualifiers if one in said), "")


def _language(instruction: MemberInstruction) -> str:
    spoken = sorted(
        instruction.languages, key=lambda said: (said.use != _SPOKEN, said.use != _NATIVE)
    )
    return _LANGUAGES.get(spoken[0].code.upper(), spoken[0].code.lower()) if spoken else ""


def _region(state: str) -> str:
    region = find_region_of_state(state=state)
    return region.code if region else ""


def _category_cents(instruction: MemberInstruction, name: str) -> int | None:
    category = instruction.category(name)
    return category.cents if category else None


def _category_value(instruction: MemberInstruction, name: str) -> str:
    category = instruction.category(name)
    return category.reference.value if category and category.reference else ""
