"""Which lines serve a need, before anybody looks at the clock: each combination is thought out once."""

from functools import lru_cache

from openmember.directory.facts import find_registration
from openmember.directory.lines import find_line, list_lines_of
from openmember.directory.queries import find_region, get_organisation
from openmember.directory.routing.types import Kind, Reason
from openmember.directory.types import Line

Step = tuple[Kind, str, str, Line | None, tuple[Reason, ...]]
NURSE, REGISTRATION, HARDSHIP = "nurse_line", "registration", "financial_services"


@lru_cache(maxsize=4096)
def plan_for(
    folder: str, region: str, area: str, team: str, language: str, is_urgent: bool, coverage: str
) -> tuple[Step, ...]:
    """Return kind, team, region, line and reasons of each answer, the best first."""
    if find_region(code=region) is None:
        return _anywhere(team)
    steps: list[Step] = []
    if is_urgent or team == NURSE:
        steps += _nurse(region, Reason.CLINICAL)
    if team == REGISTRATION:
        steps += _registration(region)
    if team == HARDSHIP:
        steps += [
            (Kind.LINE, team, region, line, (Reason.TEAM_LINE,))
            for line in list_lines_of(region=region, kind="hardship")
        ]
    served = "member_services" if team in {NURSE, REGISTRATION, HARDSHIP} else team
    steps += _spoken(region, area, served, language)
    general = (Reason.REGION_LINE, *((Reason.MEDICARE,) if coverage == "medicare" else ()))
    for line in list_lines_of(region=region, kind="member_services"):
        steps.append((Kind.LINE, served or "member_services", region, line, general))
    return tuple(steps)


def _nurse(region: str, reason: Reason) -> list[Step]:
    lines = list_lines_of(region=region, kind="nurse")
    return [(Kind.NURSE, NURSE, region, line, (reason, Reason.ANY_TIME)) for line in lines]


def _registration(region: str) -> list[Step]:
    known = find_registration(region=region)
    if known is None:
        return []
    if known.line:
        line = find_line(code=known.line)
        return [(Kind.LINE, REGISTRATION, region, line, (Reason.TEAM_LINE,))]
    return [(Kind.OFFICE, REGISTRATION, region, None, (Reason.OFFICE_TAKES_FORM,))]


def _spoken(region: str, area: str, team: str, language: str) -> list[Step]:
    """Return the lines answered in a language. Where the caller's area is unknown they are offered too."""
    spoken = language.partition("-")[0]
    found = find_region(code=region)
    areas = {one.code for one in found.areas} if found else set()
    return [
        (Kind.LINE, team or "member_services", region, line, (Reason.SPEAKS_LANGUAGE,))
        for line in list_lines_of(region=region, kind="interpreter")
        if spoken in line.languages
        and (not area or line.area in {area, ""} or line.area not in areas)
    ]


def _anywhere(team: str) -> tuple[Step, ...]:
    """Return what is right without knowing the region: the lines for everybody, then every region's."""
    steps: list[Step] = []
    if team == HARDSHIP:
        steps += [
            (Kind.LINE, team, "", line, (Reason.TEAM_LINE,))
            for line in list_lines_of(region="", kind="hardship")
        ]
    kind, name = (Kind.NURSE, "nurse") if team == NURSE else (Kind.LINE, "member_services")
    for region in get_organisation().regions:
        for line in list_lines_of(region=region.code, kind=name)[:1]:
            steps.append(
                (kind, team or "member_services", region.code, line, (Reason.REGION_UNKNOWN,))
            )
    return tuple(steps)
