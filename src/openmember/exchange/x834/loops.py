"""The shape of one member in an 834: which segment opens which loop, and what a loop may hold.

Order inside a loop is free, because nothing depends on it; the order of loops is not.
Source: ASC X12N 005010X220A1, table 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.types import Segment


class Loop(StrEnum):
    MEMBER = "2000"
    NAME = "2100A"
    PRIOR_NAME = "2100B"
    MAILING = "2100C"
    EMPLOYER = "2100D"
    SCHOOL = "2100E"
    CUSTODIAL_PARENT = "2100F"
    RESPONSIBLE = "2100G"
    DROP_OFF = "2100H"
    DISABILITY = "2200"
    COVERAGE = "2300"
    PROVIDER = "2310"
    OTHER_INSURANCE = "2320"
    OTHER_INSURER = "2330"
    CATEGORIES = "2700"
    CATEGORY = "2710"
    CATEGORIES_END = "LE"


@dataclass(frozen=True, slots=True)
class Part:
    """One occurrence of a loop: its first segment, all its segments by identifier, inner loops."""

    loop: Loop
    opener: Segment
    held: dict[str, list[Segment]]
    inner: list[Part] = field(default_factory=list)

    def every(self, segment_id: str) -> Sequence[Segment]:
        """Return the segments of a kind."""
        return self.held.get(segment_id, ())

    def find(self, segment_id: str) -> Segment | None:
        """Return the first segment of a kind."""
        return next(iter(self.every(segment_id)), None)


class Member:
    """The loops of one member, each kind in the order of the file."""

    def __init__(self, ins: Segment) -> None:
        self.ins = ins
        self.first = self.last = Part(Loop.MEMBER, ins, {})
        self._parts: dict[Loop, list[Part]] = {}

    def every(self, *loops: Loop) -> list[Part]:
        """Return the loops of some kinds."""
        return [part for loop in loops for part in self._parts.get(loop, ())]

    def find(self, loop: Loop) -> Part | None:
        """Return the first loop of a kind."""
        return next(iter(self._parts.get(loop, ())), None)

    def open(self, loop: Loop, segment: Segment) -> None:
        """Start a loop, inside the last of its outer loop if it has one."""
        self.last = Part(loop, segment, {segment.id: [segment]})
        self._parts.setdefault(loop, []).append(self.last)
        if outer := _OUTER.get(loop):
            self._parts[outer][-1].inner.append(self.last)


_RESPONSIBLE = ("6Y", "9K", "E1", "EI", "EXS", "GB", "GD", "J6", "LR", "QD", "S1", "TZ", "X4")
_NM1_LOOPS = {
    "IL": Loop.NAME,
    "74": Loop.NAME,
    "70": Loop.PRIOR_NAME,
    "31": Loop.MAILING,
    "36": Loop.EMPLOYER,
    "M8": Loop.SCHOOL,
    "S3": Loop.CUSTODIAL_PARENT,
    "45": Loop.DROP_OFF,
} | dict.fromkeys(_RESPONSIBLE, Loop.RESPONSIBLE)

_PERSON = {Loop.MEMBER, *_NM1_LOOPS.values()}
_COVERAGE = {Loop.COVERAGE, Loop.PROVIDER, Loop.OTHER_INSURANCE, Loop.OTHER_INSURER}
_CATEGORIES = {Loop.CATEGORIES, Loop.CATEGORY}

# By segment, then by the loop it stands in. NM1 among the person's loops goes by its code instead.
_OPENS: dict[str, dict[Loop, Loop]] = {
    "DSB": dict.fromkeys(_PERSON | {Loop.DISABILITY}, Loop.DISABILITY),
    "HD": dict.fromkeys(_PERSON | {Loop.DISABILITY} | _COVERAGE, Loop.COVERAGE),
    "LX": dict.fromkeys({Loop.COVERAGE, Loop.PROVIDER}, Loop.PROVIDER)
    | dict.fromkeys(_CATEGORIES, Loop.CATEGORY),
    "COB": dict.fromkeys(_COVERAGE, Loop.OTHER_INSURANCE),
    "NM1": dict.fromkeys({Loop.OTHER_INSURANCE, Loop.OTHER_INSURER}, Loop.OTHER_INSURER),
    "LS": dict.fromkeys(_PERSON | {Loop.DISABILITY} | _COVERAGE, Loop.CATEGORIES),
    "LE": dict.fromkeys(_CATEGORIES, Loop.CATEGORIES_END),
}
_OUTER = {
    Loop.PROVIDER: Loop.COVERAGE,
    Loop.OTHER_INSURANCE: Loop.COVERAGE,
    Loop.OTHER_INSURER: Loop.OTHER_INSURANCE,
}

# A star marks what may repeat.
_HOLDS = {
    Loop.MEMBER: {"REF*", "DTP*"},
    Loop.NAME: {"PER", "N3", "N4", "DMG", "EC*", "ICM", "AMT*", "HLH", "LUI*"},
    Loop.PRIOR_NAME: {"DMG"},
    Loop.MAILING: {"N3", "N4"},
    Loop.EMPLOYER: {"PER", "N3", "N4"},
    Loop.SCHOOL: {"PER", "N3", "N4"},
    Loop.CUSTODIAL_PARENT: {"PER", "N3", "N4"},
    Loop.RESPONSIBLE: {"PER", "N3", "N4"},
    Loop.DROP_OFF: {"N3", "N4"},
    Loop.DISABILITY: {"DTP*"},
    Loop.COVERAGE: {"DTP*", "AMT*", "REF*", "IDC*"},
    Loop.PROVIDER: {"NM1", "N3*", "N4", "PER*", "PLA"},
    Loop.OTHER_INSURANCE: {"REF*", "DTP*"},
    Loop.OTHER_INSURER: {"N3", "N4", "PER"},
    Loop.CATEGORIES: set(),
    Loop.CATEGORY: {"N1", "REF", "DTP"},
    Loop.CATEGORIES_END: set(),
}
_OF_AN_834 = {*_OPENS, "BGN", "QTY", "ACT"} | {
    held.rstrip("*") for segments in _HOLDS.values() for held in segments
}
_ONCE = (Loop.NAME, Loop.PRIOR_NAME, Loop.MAILING, Loop.CUSTODIAL_PARENT, Loop.DROP_OFF)


def split_loops(ins: Segment, rest: Iterable[Segment], log: ProblemLog) -> Member:
    """Sort the segments that follow an INS into their loops."""
    member = Member(ins)
    for segment in rest:
        segment_id, held = segment.id, member.last.held
        loop = _opened_by(segment, member.last.loop) if segment_id in _OPENS else None
        if loop:
            member.open(loop, segment)
        elif segment_id + "*" in _HOLDS[member.last.loop]:
            held.setdefault(segment_id, []).append(segment)
        elif segment_id in _HOLDS[member.last.loop] and segment_id not in held:
            held[segment_id] = [segment]
        else:
            _report_misplaced(segment, member.last.loop, log)
    _check_loops(member, log)
    return member


def _opened_by(segment: Segment, current: Loop) -> Loop | None:
    if segment.id == "NM1" and current in _PERSON:
        return _NM1_LOOPS.get(segment.at(1))
    return _OPENS[segment.id].get(current)


def _report_misplaced(segment: Segment, loop: Loop, log: ProblemLog) -> None:
    if segment.id not in _OF_AN_834:
        message = f"{segment.id!r} is no segment of an 834; expected one of its guide."
        log.error(segment, "unknown-segment", message)
    elif segment.id == "NM1" and loop in _PERSON:
        log.wrong(segment, 1, "unknown-code", "a party that an 834 names, such as IL")
    elif segment.id in _HOLDS[loop]:
        message = f"{segment.id} occurs again in loop {loop}; expected it once."
        log.error(segment, "repeated-segment", message)
    else:
        message = f"{segment.id} stands in loop {loop}; expected it elsewhere or not at all."
        log.error(segment, "unexpected-segment", message)


def _check_loops(member: Member, log: ProblemLog) -> None:
    if not member.find(Loop.NAME):
        message = "The member has no name; expected an NM1 with IL or 74 after this INS."
        log.error(member.ins, "name-missing", message)
    for loop in _ONCE:
        for again in member.every(loop)[1:]:
            message = f"Loop {loop} occurs again for the same INS; expected it once."
            log.error(again.opener, "repeated-loop", message)
    if member.last.loop in _CATEGORIES:
        message = "The reporting categories are not closed; expected an LE for the LS."
        log.error(member.last.opener, "loop-open", message)
