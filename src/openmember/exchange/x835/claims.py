"""Reads one claim of an 835: a CLP and all that follows it, up to the next."""

from __future__ import annotations

from dataclasses import dataclass, field

from openmember.exchange.x12.pieces import check_place
from openmember.exchange.x12.types import Name, Reference, Segment
from openmember.exchange.x12.values import Values

from .types import Adjustment, Claim, Header, Service

STATUSES = ("1", "2", "3", "4", "19", "20", "21", "22", "23", "25")
GROUPS = ("CO", "CR", "OA", "PI", "PR")
_SERVICE_DATES = ("472", "150", "151")
_ROLES = ("QC", "IL", "74", "82", "TT", "PR", "GB")
CLAIM, SERVICE = "loop 2100", "loop 2110"
HOLDS: dict[str, set[str]] = {
    "the header": {
        "ST", "BPR", "NTE", "TRN", "CUR", "REF", "DTM", "N1", "N3", "N4", "PER", "RDM",
    },
    "loop 2000": {"LX", "TS3", "TS2"},
    CLAIM: {"CLP", "CAS", "NM1", "MIA", "MOA", "REF", "DTM", "PER", "AMT", "QTY"},
    SERVICE: {"SVC", "DTM", "CAS", "REF", "AMT", "QTY", "LQ"},
    "the end": {"PLB"},
}  # fmt: skip
# A CAS holds six reasons of three elements each.
_REASONS = range(2, 20, 3)
_MIA_REMARKS, _MOA_REMARKS = (5, 20, 21, 22, 23), (3, 4, 5, 6, 7)


@dataclass(slots=True)
class _Loop:
    """One occurrence of a loop: its first segment, and the others by identifier."""

    opener: Segment
    held: dict[str, list[Segment]] = field(default_factory=dict)

    def every(self, segment_id: str) -> list[Segment]:
        return self.held.get(segment_id, [])


def read_claim(segments: list[Segment], header: Header, position: int, values: Values) -> Claim:
    """Read a claim from its segments, CLP first."""
    claim, services = _split_services(segments, values)
    clp = claim.opener
    names = tuple(_read_name(segment, values) for segment in claim.every("NM1"))
    dates = tuple(dated for one in claim.every("DTM") if (dated := values.moment(one)))
    if any(one.qualifier in _SERVICE_DATES for one in dates):
        message = "A service's date stands with the claim itself; an SVC may be missing."
        values.log.warn(clp, 1, "service-missing", message)
    if not any(name.role == "QC" for name in names):
        message = "The claim names no patient; expected an NM1 with QC after this CLP."
        values.log.error(clp, "patient-missing", message)
    return Claim(
        header=header,
        segment_number=clp.number,
        position=position,
        control=values.required(clp, 1, "the provider's number of the claim"),
        status=values.code(clp, 2, STATUSES, "a claim status"),
        charge=values.dollars(clp, 3),
        paid=values.dollars(clp, 4),
        patient_responsibility=values.dollars_if_said(clp, 5),
        filing=clp.at(6),
        payer_control=clp.at(7),
        facility=clp.at(8),
        frequency=clp.at(9),
        adjustments=_read_adjustments(claim, values),
        names=names,
        references=_read_references(claim, values),
        dates=dates,
        remarks=_read_remarks(claim),
        services=tuple(_read_service(one, place, values) for place, one in enumerate(services, 1)),
    )


def _split_services(segments: list[Segment], values: Values) -> tuple[_Loop, list[_Loop]]:
    claim = loop = _Loop(segments[0])
    services: list[_Loop] = []
    for segment in segments[1:]:
        if segment.id == "SVC":
            loop = _Loop(segment)
            services.append(loop)
        elif check_place(segment, SERVICE if services else CLAIM, HOLDS, values.log):
            loop.held.setdefault(segment.id, []).append(segment)
    return claim, services


def _read_service(loop: _Loop, position: int, values: Values) -> Service:
    svc = loop.opener
    values.required(svc, 1, "a service")
    qualifier, code, *rest = (*values.components(svc, 1), "")
    return Service(
        segment_number=svc.number,
        position=position,
        qualifier=qualifier,
        code=code,
        modifiers=tuple(modifier for modifier in rest[:4] if modifier),
        charge=values.dollars(svc, 2),
        paid=values.dollars(svc, 3),
        revenue_code=svc.at(4),
        units=svc.at(5),
        dates=tuple(dated for one in loop.every("DTM") if (dated := values.moment(one))),
        adjustments=_read_adjustments(loop, values),
        references=_read_references(loop, values),
        remarks=tuple(one.at(2) for one in loop.every("LQ") if one.at(1) == "HE" and one.at(2)),
    )


def _read_adjustments(loop: _Loop, values: Values) -> tuple[Adjustment, ...]:
    found = []
    for cas in loop.every("CAS"):
        group = values.code(cas, 1, GROUPS, "an adjustment group")
        values.required(cas, 2, "an adjustment reason")
        for at in _REASONS:
            if cas.at(at) or cas.at(at + 1):
                reason = values.required(cas, at, "an adjustment reason")
                amount = values.dollars(cas, at + 1)
                found.append(Adjustment(cas.number, group, reason, amount, cas.at(at + 2)))
    return tuple(found)


def _read_name(segment: Segment, values: Values) -> Name:
    values.code(segment, 1, _ROLES, "a party that an 835 names")
    return values.person(segment)


def _read_references(loop: _Loop, values: Values) -> tuple[Reference, ...]:
    return tuple(values.reference(segment) for segment in loop.every("REF"))


def _read_remarks(loop: _Loop) -> tuple[str, ...]:
    places = [(one, _MIA_REMARKS) for one in loop.every("MIA")]
    places += [(one, _MOA_REMARKS) for one in loop.every("MOA")]
    return tuple(one.at(place) for one, at in places for place in at if one.at(place))
