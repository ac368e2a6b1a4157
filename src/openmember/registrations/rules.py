"""When an application is whole, when it is seen who somebody is, and who may be the same person."""

from collections.abc import Collection
from datetime import date

from openmember.members.rules import fold_name, is_adult
from openmember.members.types import Person
from openmember.registrations.types import Coverage, Facts, Missing, Reason, Status, Way

MOVES: dict[Status, frozenset[Status]] = {
    Status.RECEIVED: frozenset({Status.RETURNED, Status.ACCEPTED, Status.KNOWN, Status.WITHDRAWN}),
    Status.RETURNED: frozenset({Status.RECEIVED, Status.WITHDRAWN}),
    Status.ACCEPTED: frozenset(),
    Status.KNOWN: frozenset(),
    Status.WITHDRAWN: frozenset(),
}

PHOTO_IDS = ("driver_license", "state_id", "passport", "consular_id", "tribal_id", "military_id")
PAPERS = ("birth_certificate", "school_record", "benefit_letter", "utility_bill")
PAPERS_AT_LEAST = 2
# By telephone: told back without help, and reached at the number they gave.
SCRIPT = ("said_name_and_birth", "said_address", "called_back")
WHAT = {Way.DOCUMENTS: (*PHOTO_IDS, *PAPERS), Way.SCRIPT: SCRIPT}

_NAME = frozenset({Reason.SAME_NAME, Reason.LIKE_NAME})
_BESIDE_NAME = frozenset(
    {Reason.BIRTH, Reason.BIRTH_SWAPPED, Reason.ZIP, Reason.PHONE, Reason.EMAIL}
)


def shows_identity(way: Way, what: Collection[str]) -> bool:
    """Return whether it is seen who somebody is: one photo ID, two other papers, or the whole script."""
    seen = set(what)
    if not seen <= set(WHAT[way]):
        return False
    if way is Way.SCRIPT:
        return seen == set(SCRIPT)
    return bool(seen & set(PHOTO_IDS)) or len(seen & set(PAPERS)) >= PAPERS_AT_LEAST


def lacking(facts: Facts, today: date) -> tuple[Missing, ...]:
    """Return what an application lacks of what a member's record needs."""
    person, found = facts.person, []
    address = person.address
    if not (address.street and address.city and address.state and address.postal_code):
        found.append(Missing.ADDRESS)
    if not (person.phone or person.email):
        found.append(Missing.CONTACT)
    if not is_adult(person.birth_on, today) and not facts.filled_by:
        found.append(Missing.GUARDIAN)
    if facts.coverage is Coverage.OTHER and not facts.coverage_note:
        found.append(Missing.COVERAGE)
    return tuple(found)


def reasons_of(said: Person, known: Person, *, is_alike: bool) -> tuple[Reason, ...]:
    """Return what an applicant and a member have in common. `is_alike`: their names are alike as heard."""
    found = []
    if _whole_name(said) == _whole_name(known):
        found.append(Reason.SAME_NAME)
    elif is_alike:
        found.append(Reason.LIKE_NAME)
    if said.birth_on and known.birth_on:
        if said.birth_on == known.birth_on:
            found.append(Reason.BIRTH)
        elif _is_swapped(said.birth_on, known.birth_on):
            found.append(Reason.BIRTH_SWAPPED)
    pairs = (
        (Reason.ZIP, said.address.postal_code[:5], known.address.postal_code[:5]),
        (Reason.PHONE, _digits(said.phone), _digits(known.phone)),
        (Reason.EMAIL, said.email.casefold(), known.email.casefold()),
    )
    found.extend(reason for reason, one, other in pairs if one and one == other)
    return tuple(found)


def describes_another(before: Person, after: Person) -> bool:
    """Return whether a correction changes what somebody is recognised by."""
    return any(
        getattr(before, one) != getattr(after, one)
        for one in ("name", "birth_on", "address", "phone", "email")
    )


def is_likely(reasons: Collection[Reason]) -> bool:
    """Return whether somebody must look before a record is made.

    A name with anything beside it; or, for who changed their name, a birth date with a telephone or e-mail.
    A household shares telephone and ZIP code, so that these alone say nothing.
    """
    held = set(reasons)
    if held & _NAME:
        return bool(held & _BESIDE_NAME)
    return Reason.BIRTH in held and bool(held & {Reason.PHONE, Reason.EMAIL})


def _whole_name(person: Person) -> tuple[str, str]:
    return fold_name(person.name.first), fold_name(person.name.last)


def _is_swapped(one: date, other: date) -> bool:
    return one.year == other.year and (one.month, one.day) == (other.day, other.month)


def _digits(typed: str) -> str:
    return "".join(sign for sign in typed if sign.isdecimal())[-10:]
