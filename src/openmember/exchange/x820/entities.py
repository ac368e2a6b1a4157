"""Reads one entity of an 820: an ENT and all that follows it, up to the next."""

from __future__ import annotations

from dataclasses import dataclass, field

from openmember.exchange.x12.pieces import check_place
from openmember.exchange.x12.types import Name, Reference, Segment
from openmember.exchange.x12.values import Values

from .types import Adjustment, Entity, Header, Line

HEADER, ENTITY, LINE = "the header", "loop 2000", "loop 2300"
HOLDS: dict[str, set[str]] = {
    HEADER: {
        "ST", "BPR", "NTE", "TRN", "CUR", "REF", "DTM", "N1", "N2", "N3", "N4", "PER", "RDM",
    },
    ENTITY: {"ENT", "NM1", "N1", "N2", "N3", "N4", "PER", "REF", "DTM", "ADX", "NTE"},
    # A list bill may break a line down by product and person (IT1, SLN); the line's sum stands in RMR.
    LINE: {
        "RMR", "REF", "DTM", "ADX", "NTE", "IT1", "RPA", "QTY", "PID", "SAC", "TXI", "SLN", "AMT",
    },
}  # fmt: skip


@dataclass(slots=True)
class _Loop:
    """One occurrence of a loop: its first segment, and the others by identifier."""

    opener: Segment
    held: dict[str, list[Segment]] = field(default_factory=dict)

    def every(self, segment_id: str) -> list[Segment]:
        return self.held.get(segment_id, [])


def read_entity(segments: list[Segment], header: Header, position: int, values: Values) -> Entity:
    """Read an entity from its segments, ENT first."""
    entity, lines = _split_lines(segments, values)
    ent = entity.opener
    if not lines and not entity.every("ADX"):
        message = "The entity pays for nothing; expected an RMR after this ENT."
        values.log.error(ent, "no-lines", message)
    names = [values.person(segment) for segment in entity.every("NM1")]
    names += [values.organization(segment) for segment in entity.every("N1")]
    return Entity(
        header=header,
        segment_number=ent.number,
        position=position,
        kind=ent.at(2),
        id_qualifier=ent.at(3),
        id_value=ent.at(4),
        name=_first(names),
        references=_read_references(entity, values),
        adjustments=_read_adjustments(entity, values),
        lines=tuple(_read_line(line, values) for line in lines),
    )


def _split_lines(segments: list[Segment], values: Values) -> tuple[_Loop, list[_Loop]]:
    entity = loop = _Loop(segments[0])
    lines: list[_Loop] = []
    is_broken_down = False
    for segment in segments[1:]:
        if segment.id == "RMR":
            loop, is_broken_down = _Loop(segment), False
            lines.append(loop)
        elif check_place(segment, LINE if lines else ENTITY, HOLDS, values.log):
            # What hangs on an IT1 belongs to that product, not to the line.
            is_broken_down = is_broken_down or segment.id == "IT1"
            if not is_broken_down:
                loop.held.setdefault(segment.id, []).append(segment)
    return entity, lines


def _read_line(loop: _Loop, values: Values) -> Line:
    rmr = loop.opener
    periods = [dated for one in loop.every("DTM") if (dated := values.moment(one))]
    return Line(
        segment_number=rmr.number,
        qualifier=values.required(rmr, 1, "what the number of the line is"),
        identifier=values.required(rmr, 2, "the number or the type of the line"),
        amount=values.dollars(rmr, 4),
        billed=values.dollars_if_said(rmr, 5),
        adjustments=_read_adjustments(loop, values),
        references=_read_references(loop, values),
        period=next((one for one in periods if one.qualifier == "582"), None),
    )


def _read_adjustments(loop: _Loop, values: Values) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            adx.number, values.dollars(adx, 1), values.required(adx, 2, "a reason of adjustment")
        )
        for adx in loop.every("ADX")
    )


def _read_references(loop: _Loop, values: Values) -> tuple[Reference, ...]:
    return tuple(values.reference(segment) for segment in loop.every("REF"))


def _first(names: list[Name]) -> Name | None:
    return names[0] if names else None
