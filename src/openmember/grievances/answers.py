"""What somebody answered while filing, page by page, and the dispute it comes to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from openmember.grievances.choosing import Covered, track_of
from openmember.grievances.steps import rules_for
from openmember.grievances.types import (
    AskedBy,
    Care,
    Law,
    Level,
    Matter,
    NewDispute,
    Speed,
    Standing,
    Step,
    Track,
)
from openmember.members.types import Person

_ABOUT_COVERAGE = frozenset({Matter.APPEAL, Matter.DETERMINATION, Matter.EXCEPTION})


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything as it was typed; days are in ISO form, `done` are the pages that were right.

    `medicine` is none, pharmacy or clinic; `is_received` and `is_authorized` are yes, no or, of the last,
    unknown; `urgent` is no, self or doctor; `about_time` is yes of a grievance about more time taken, or a fast
    decision refused.
    """

    matter: str = ""
    claim: str = ""
    is_received: str = ""
    medicine: str = ""
    is_authorized: str = ""
    service: str = ""
    provider: str = ""
    served_from: str = ""
    served_until: str = ""
    happened_on: str = ""
    about_time: str = ""
    notice_on: str = ""
    amount_cents: int | None = None
    coverage: str = ""
    need: str = ""
    wanted: str = ""
    urgent: str = ""
    urgent_why: str = ""
    clinician: str = ""
    good_cause: str = ""
    done: tuple[str, ...] = ()

    def with_done(self, step: str, *, is_right: bool) -> "Answers":
        others = tuple(one for one in self.done if one != step)
        return replace(self, done=(*others, step) if is_right else others)


def answers_from(kept: Mapping[str, Any]) -> Answers:
    """Return what was kept; a field that is no more is left out."""
    known = {one.name for one in fields(Answers)}
    said = {name: value for name, value in kept.items() if name in known}
    return Answers(**{**said, "done": tuple(said.get("done", ()))})


def answers_to(answers: Answers) -> dict[str, Any]:
    return asdict(answers)


def day_of(answers: Answers, today: date) -> date:
    """Return the day whose coverage counts: of the care, of what happened, or of the decision."""
    said = answers.served_from or answers.happened_on or answers.notice_on
    return min(date.fromisoformat(said), today) if said else today


def coverage_key(covered: Covered) -> str:
    """Return what names a coverage within a member's."""
    return f"{covered.coverage_type}:{covered.plan}:{covered.group_number}"


def chosen(answers: Answers, known: tuple[Covered, ...]) -> Covered | None:
    """Return the coverage chosen, else the latest begun."""
    found = next((one for one in known if coverage_key(one) == answers.coverage), None)
    return found or (known[0] if known else None)


def track_for(answers: Answers, *, covered: Covered | None, person: Person) -> Track:
    """Return what chooses the law. A medicine is care like any other but under Part D and for exceptions."""
    matter = Matter(answers.matter)
    care = _care(answers, matter)
    track = track_of(matter=matter, care=care, covered=covered, person=person)
    is_paid_for = care is Care.DRUG and answers.is_received == "yes"
    if is_paid_for and matter is not Matter.EXCEPTION:
        return replace(track, care=Care.POST_SERVICE)
    return track


def may_be_fast(track: Track) -> bool:
    """Return whether a decision on this can be asked for fast: before the care, where a law has it."""
    if track.matter not in _ABOUT_COVERAGE or track.care is Care.POST_SERVICE:
        return False
    return bool(rules_for(track, Level.PLAN, Step.DECIDE, Speed.EXPEDITED))


def is_about_time(track: Track) -> bool:
    """Return whether a grievance can be about the time we take, which is answered within a day.

    Source: 42 CFR 422.564(f), 423.564(f).
    """
    is_medicares = track.law in {Law.MEDICARE_ADVANTAGE, Law.PART_D}
    return is_medicares and track.matter is Matter.GRIEVANCE


def is_late(standing: Standing, now: datetime) -> bool:
    """Return whether its time to be filed is over for certain: a person then weighs the reason."""
    filing = next((one for one in standing.clocks if one.step is Step.FILE and one.met_at), None)
    return filing is not None and filing.is_firm and filing.is_missed(now)


def new_from(
    answers: Answers, *, track: Track, member_id: int, covered: Covered | None, need: str
) -> NewDispute:
    """Return the dispute that the answers of a member make, who asks for themselves."""
    is_fast = may_be_fast(track) and answers.urgent == "doctor"
    is_fast = is_fast or (is_about_time(track) and answers.about_time == "yes")
    return NewDispute(
        track=track,
        member_id=member_id,
        account_number=(covered.account_number or None) if covered else None,
        need=need,
        asked_by=AskedBy.MEMBER,
        service=answers.service,
        provider=answers.provider,
        served_from=_day(answers.served_from),
        served_until=_day(answers.served_until),
        amount_cents=answers.amount_cents,
        notice_on=_day(answers.notice_on),
        happened_on=_day(answers.happened_on),
        good_cause=answers.good_cause,
        speed=Speed.EXPEDITED if is_fast else Speed.STANDARD,
    )


def _care(answers: Answers, matter: Matter) -> Care:
    if matter in {Matter.GRIEVANCE, Matter.ACCESS}:
        return Care.SERVICE
    if matter is Matter.EXCEPTION or answers.medicine == "pharmacy":
        return Care.DRUG
    if matter is Matter.BILLING or answers.is_received == "yes":
        return Care.POST_SERVICE
    if answers.medicine == "clinic":
        return Care.PART_B_DRUG
    # Who does not know whether it must be approved first is not to wait longer for that.
    if matter is Matter.DETERMINATION and answers.is_authorized != "no":
        return Care.AUTHORIZATION
    return Care.PRE_SERVICE


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
