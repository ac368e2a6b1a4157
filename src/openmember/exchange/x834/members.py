"""Reads one member of an 834: an INS and all that follows it, up to the next."""

from __future__ import annotations

from openmember.exchange.x12.types import Reference, Segment
from openmember.exchange.x12.values import Values

from .coverages import read_amounts, read_category, read_coverage, read_dates, read_references
from .loops import Loop, split_loops
from .parties import read_address, read_parties, read_party
from .types import Header, Language, MemberInstruction, Standing

_MAINTENANCE_TYPES = ("001", "021", "024", "025", "030")
_BENEFIT_STATUSES = ("A", "C", "S", "T")
_SELF = "18"
_OTHER_PARTIES = (
    Loop.EMPLOYER,
    Loop.SCHOOL,
    Loop.CUSTODIAL_PARENT,
    Loop.RESPONSIBLE,
    Loop.DROP_OFF,
)


def read_member(
    segments: list[Segment], header: Header, position: int, values: Values
) -> MemberInstruction | None:
    """Read a member from its segments, INS first; None when it has no name."""
    ins, *rest = segments
    loops = split_loops(ins, rest, values.log)
    name, prior, mailing = map(loops.find, (Loop.NAME, Loop.PRIOR_NAME, Loop.MAILING))
    person = read_party(name, values) if name else None
    if not name or not person:
        return None
    values.required(name.opener, 3, "a last name")
    references = read_references(loops.first.every("REF"), values)
    categories = (read_category(part, values) for part in loops.every(Loop.CATEGORY))
    return MemberInstruction(
        header=header,
        segment_number=ins.number,
        position=position,
        is_subscriber=_read_is_subscriber(ins, values),
        relationship=values.required(ins, 2, "a relationship such as 18"),
        maintenance_type=values.code(ins, 3, _MAINTENANCE_TYPES, "a maintenance type"),
        maintenance_reason=ins.at(4),
        standing=_read_standing(ins, values),
        subscriber_number=_take_number(references, "0F", ins, values),
        group_or_policy=_take_number(references, "1L", ins, values),
        references=tuple(one for one in references if one.qualifier not in ("0F", "1L")),
        dates=read_dates(loops.first.every("DTP"), values),
        person=person,
        languages=tuple(Language(*map(lui.at, range(1, 5))) for lui in name.every("LUI")),
        amounts=read_amounts(name.every("AMT"), values),
        prior=read_party(prior, values) if prior else None,
        mailing_address=read_address(mailing) if mailing else None,
        parties=read_parties(loops.every(*_OTHER_PARTIES), values),
        coverages=tuple(read_coverage(part, values) for part in loops.every(Loop.COVERAGE)),
        categories=tuple(category for category in categories if category),
    )


def _read_is_subscriber(ins: Segment, values: Values) -> bool:
    is_subscriber = values.code(ins, 1, ("N", "Y"), "whether this is the subscriber") == "Y"
    if is_subscriber != (ins.at(2) == _SELF):
        message = "INS01 and INS02 disagree; expected 18 (self) for a subscriber, and for no other."
        values.log.warn(ins, 2, "relationship", message)
    return is_subscriber


def _read_standing(ins: Segment, values: Values) -> Standing:
    plan, reason = (*values.components(ins, 6), "")[:2]
    return Standing(
        benefit_status=values.code(ins, 5, _BENEFIT_STATUSES, "a benefit status"),
        medicare_plan=plan,
        medicare_reason=reason,
        cobra_event=ins.at(7),
        employment_status=ins.at(8),
        student_status=ins.at(9),
        is_disabled=ins.at(10) == "Y",
        died_on=values.day(ins, 12),
        is_confidential=ins.at(13) == "R",
    )


def _take_number(
    references: tuple[Reference, ...], qualifier: str, ins: Segment, values: Values
) -> str:
    found = [one.value for one in references if one.qualifier == qualifier]
    if len(found) > 1 or (not found and qualifier == "0F"):
        message = f"The member has {len(found)} REF with {qualifier}; expected one after this INS."
        values.log.error(ins, "member-number", message)
    return found[0] if found else ""
