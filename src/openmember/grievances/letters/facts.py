"""What the templates of letters are filled with: from the log, its standing and the case, in one language."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from openmember.cases.types import Case
from openmember.directory.queries import get_organisation
from openmember.directory.teams import get_team
from openmember.grievances.letters import dates
from openmember.grievances.letters.agencies import agencies_for
from openmember.grievances.letters.elements import COVERAGE
from openmember.grievances.letters.rights import clock_to, rights_of
from openmember.grievances.letters.types import LetterKind
from openmember.grievances.reasons import find_reason
from openmember.grievances.steps import FAMILIES, rules_for
from openmember.grievances.types import (
    Care,
    Dispute,
    Event,
    Kind,
    Level,
    Matter,
    Running,
    Speed,
    Standing,
    Step,
    Track,
)
from openmember.grievances.words import LEVELS
from openmember.letters.composing import service_line
from openmember.ui import formats

# What a letter calls it to the member's face.
MATTERS: dict[Matter, Promise] = {
    Matter.GRIEVANCE: gettext_lazy("your grievance"),
    Matter.DETERMINATION: gettext_lazy("your request for a coverage decision"),
    Matter.EXCEPTION: gettext_lazy("your request for an exception"),
    Matter.APPEAL: gettext_lazy("your appeal"),
    Matter.BILLING: gettext_lazy("your disputed bill"),
    Matter.ACCESS: gettext_lazy("your complaint about access"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter tells: an event of a dispute, which is the last of its log, and the day of the letter.

    `specialties` are those of the clinicians who gave an opinion. Names of reviewers are in no letter.
    """

    dispute: Dispute
    event: Event
    case: Case
    on: date
    specialties: tuple[str, ...] = ()

    @property
    def standing(self) -> Standing:
        return self.dispute.standing

    def dated(self, one: Running | None) -> dates.Dated | None:
        """Return a date as a letter says it."""
        return dates.dated(one, self.standing)


def facts_of(told: Told, kind: LetterKind) -> dict[str, Any]:
    """Return the facts of a letter, in the language of the moment; dates are from the standing’s clocks."""
    clocks = _clocks(told, kind)
    ways = rights_of(told.dispute, on=told.on, at=told.event.at) if kind in _WITH_RIGHTS else []
    return {
        **_who(told), **_about(told), **_said(told), **clocks,
        "rights": ways,
        "asks_us": any(not (one["by_itself"] or one["is_beyond"]) for one in ways),
        "may_sue": _may_sue(told.standing) and kind in _WITH_RIGHTS and bool(ways),
        "help": _help(told) if kind in _WITH_HELP else [],
        # What counts from a request nobody made yet has no day.
        "dates": dates.sources([*(clocks[name] for name in _NAMES[:-1]), *_ends(told, kind)]),
    }  # fmt: skip


_WITH_RIGHTS = {LetterKind.DENIED, LetterKind.PARTLY, LetterKind.MISSED, LetterKind.OUTSIDE}
_WITH_HELP = {*_WITH_RIGHTS, LetterKind.ANSWERED, LetterKind.DISMISSED}


def _who(told: Told) -> dict[str, Any]:
    line, organisation = service_line(told.case.region), get_organisation()
    return {
        "number": told.case.number,
        "owner": told.case.owner_name,
        "team": get_team(code=told.case.team).name,
        "phone": line.display,
        "tty": organisation.tty,
        "mail": ", ".join(organisation.mail),
        "entity": _entity(told),
        "specialties": ", ".join(told.specialties),
    }


def _entity(told: Told) -> str:
    known = agencies_for(told.standing.track, "entity", on=told.on)
    return known[0].name if known else str(LEVELS[Level.IRE])


def _help(told: Told) -> list[dict[str, str]]:
    found = agencies_for(told.standing.track, "help", on=told.on)
    return [{"name": one.name, "phone": one.phone, "what": one.what} for one in found]


def _about(told: Told) -> dict[str, Any]:
    standing, track = told.standing, told.standing.track
    zone = ZoneInfo(standing.zone)
    return {
        "matter": str(MATTERS[track.matter]),
        "matter_code": track.matter.value,
        "received": standing.received_at.astimezone(zone).date().isoformat(),
        "on": _happened_at(told).astimezone(zone).date().isoformat(),
        "about": _care(told.dispute),
        "level": str(LEVELS[standing.level]),
        "is_appeal": track.matter is Matter.APPEAL,
        "is_coverage": track.matter in COVERAGE,
        "is_medicare": track.law in FAMILIES["medicare"],
        "is_commercial": track.law in FAMILIES["commercial"],
        "is_fast": standing.speed is Speed.EXPEDITED,
        "is_late": told.dispute.was_late,
        "is_overdue": _is_overdue(told),
        "is_again": any(one.event.kind is Kind.REOPENED for one in told.dispute.events),
        "may_be_fast": _may_be_fast(standing),
        "promised": _promised(told),
    }  # fmt: skip


def _is_overdue(told: Told) -> bool:
    """Whether the day to decide is over and nobody decided: a letter then promises none."""
    decide = dates.here(told.standing, Step.DECIDE)
    return decide is not None and decide.met_at is None and decide.is_missed(told.event.at)


def _happened_at(told: Told) -> datetime:
    """Return when what a letter tells was: of a case sent on when it went, which may be noted later."""
    if told.event.kind is Kind.ESCALATED and told.standing.level is Level.IRE:
        sent = [
            one.met_at for one in told.standing.clocks if one.step is Step.FORWARD and one.met_at
        ]
        return sent[-1] if sent else told.event.at
    said = told.event.detail.get("received_at")
    return datetime.fromisoformat(str(said)) if said else told.event.at


def _care(dispute: Dispute) -> str:
    days = [formats.day(one) for one in (dispute.served_from, dispute.served_until) if one]
    parts = [dispute.service, dispute.provider, " – ".join(dict.fromkeys(days))]
    if dispute.amount_cents:
        parts.append(formats.dollars(dispute.amount_cents))
    said = ""
    for part in parts:
        # What was filed about a claim names its day, place and amount already.
        if part and part not in said:
            said = f"{said}, {part}" if said else part
    return said


def _may_be_fast(standing: Standing) -> bool:
    """Whether the next decision can be asked for fast: about care not yet had, where a law has it."""
    if standing.track.matter not in COVERAGE or standing.track.care is Care.POST_SERVICE:
        return False
    levels = standing.next_levels or (standing.level,)
    fast = {Matter.APPEAL, standing.track.matter}
    return any(
        rules_for(_as(standing, matter), level, Step.DECIDE, Speed.EXPEDITED)
        for level in levels
        for matter in fast
    )


def _as(standing: Standing, matter: Matter) -> Track:
    return replace(standing.track, matter=matter)


def _may_sue(standing: Standing) -> bool:
    return standing.track.law in FAMILIES["grouped"] and standing.track.matter in COVERAGE


def _promised(told: Told) -> str:
    """Return our own promise, where no law sets a date."""
    due = told.case.answer_by
    if due is None or dates.here(told.standing, Step.DECIDE) or not told.standing.level.is_plans:
        return ""
    return due.astimezone(ZoneInfo(told.standing.zone)).date().isoformat()


def _said(told: Told) -> dict[str, Any]:
    said = told.event.detail
    code = str(said.get("code", ""))
    outcome = told.standing.decision.outcome if told.standing.decision else None
    return {
        "why": str(said.get("why", "")),
        "reason": str(said.get("reason", "")),
        "criteria": str(said.get("criteria", "")).rstrip("."),
        "code": code,
        "code_title": find_reason(code=code).title if code else "",
        "days": int(str(said.get("days", 0))),
        "lapse": str(said.get("lapse", "")),
        "by_clinician": bool(said.get("by_clinician")),
        "is_wished_fast": bool(said.get("wish")),
        "outcome": outcome.value if outcome else "",
        "is_favourable": bool(outcome and outcome.is_favourable),
    }


_Find = Callable[[Told], dates.Dated | None]


def _of_step(step: Step) -> _Find:
    return lambda told: told.dated(dates.here(told.standing, step))


def _of_letter(step: Step) -> _Find:
    """A clock that begins with this letter."""
    return lambda told: told.dated(
        dates.would_run(told.standing, step, at=told.event.at, notice_on=told.on)
    )


def _supply(told: Told) -> dates.Dated | None:
    """Return the last day for an answer: the one that was given, which the law’s own never ends before."""
    until = told.event.detail.get("until")
    law = _of_letter(Step.SUPPLY)(told)
    if not until:
        return law
    said = formats.day(date.fromisoformat(str(until)), "weekday")
    return {**(law or dates.NO_LAW), "until": said, "firm": True}


# Which dates a letter names; the others have none, so that each says only what it explains.
_NAMED: dict[LetterKind, dict[str, _Find]] = {
    LetterKind.RECEIVED: {"decide": _of_step(Step.DECIDE)},
    LetterKind.RELABELLED: {"decide": _of_step(Step.DECIDE)},
    LetterKind.FAST: {"decide": _of_step(Step.DECIDE)},
    LetterKind.FAST_REFUSED: {"decide": _of_step(Step.DECIDE)},
    LetterKind.EXTENDED: {"decide": _of_step(Step.DECIDE)},
    LetterKind.VACATED: {"decide": _of_step(Step.DECIDE)},
    LetterKind.ASKED: {"supply": _supply},
    LetterKind.PARTLY: {"effectuate": _of_step(Step.EFFECTUATE)},
    LetterKind.GRANTED: {"effectuate": _of_step(Step.EFFECTUATE)},
    LetterKind.DISMISSED: {"vacate": _of_letter(Step.VACATE), "undismiss": _of_letter(Step.UNDISMISS)},
    LetterKind.MISSED: {
        "decide": _of_step(Step.DECIDE), "effectuate": _of_step(Step.EFFECTUATE),
        "explain": _of_letter(Step.EXPLAIN),
    },
    LetterKind.FORWARDED: {"decide": _of_step(Step.DECIDE)},
    LetterKind.SENT_ON: {
        "decide": _of_step(Step.DECIDE), "preliminary": _of_step(Step.PRELIMINARY),
        "documents": _of_step(Step.DOCUMENTS), "more": _of_step(Step.MORE),
    },
    LetterKind.OUTSIDE: {"effectuate": _of_step(Step.EFFECTUATE)},
}  # fmt: skip
_NAMES = (
    "decide", "supply", "effectuate", "vacate", "undismiss", "preliminary", "documents", "more", "explain",
)  # fmt: skip


def _clocks(told: Told, kind: LetterKind) -> dict[str, Any]:
    wanted = _NAMED.get(kind, {})
    return {name: wanted[name](told) if name in wanted else None for name in _NAMES}


def _ends(told: Told, kind: LetterKind) -> list[dates.Dated | None]:
    """Return the dates of the rights a letter names."""
    if kind not in _WITH_RIGHTS:
        return []
    standing = told.standing
    found = [told.dated(clock_to(standing, level)) for level in standing.next_levels]
    forward = dates.here(standing, Step.FORWARD)
    return [*found, told.dated(forward) if Level.IRE in standing.next_levels else None]
