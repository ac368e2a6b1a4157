"""Grievances and appeals of the demo’s members: in work, nearly due, decided, on their way outside the plan."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """One dispute: whose, what it is about, how many days ago it came, and how far it has come."""

    place: int
    matter: str
    care: str
    days: int
    need: str
    service: str = ""
    provider: str = ""
    is_fast: bool = False
    is_confirmed: bool = True
    decided: str = ""


TOLD = (
    Told(0, "appeal", "pre_service", 12,
         "You refused the MRI of my knee. My doctor says that the therapy of six weeks did not help.",
         "MRI of the left knee", "Dr. Okafor, Oakland Medical Center"),
    Told(0, "appeal", "post_service", 75, "You did not pay the ambulance in March. It was an emergency.",
         "Ambulance", "Bay Ambulance", decided="upheld"),
    Told(1, "grievance", "service", 8, "I waited three hours for an appointment of ten in the morning."),
    Told(2, "appeal", "pre_service", 28, "The physical therapy ends too soon. I cannot climb stairs yet.",
         "Physical therapy"),
    Told(4, "appeal", "pre_service", 1, "My infusion cannot wait. My doctor sent a letter that says why.",
         "Infusion", "Dr. Haddad", is_fast=True),
    Told(5, "exception", "drug", 2, "The other medicine gave me a rash. I ask for the one I had before.",
         "A medicine outside the formulary"),
    Told(6, "billing", "post_service", 6, "I was billed for a night in hospital that I spent at home.",
         "Hospital stay"),
    Told(8, "access", "service", 3, "The door of the lab does not open for a wheelchair.", is_confirmed=False),
    Told(9, "grievance", "service", 40, "Nobody called me back about the results, three times.",
         decided="answered"),
    Told(10, "appeal", "post_service", 33, "The emergency room was not in your network. I had no choice.",
         "Emergency care", decided="overturned"),
)  # fmt: skip
REASONS = {
    "upheld": ("not_medically_necessary", "The records do not show why a car would not have done."),
    "overturned": ("criteria_met", "Emergency care is covered wherever it is given."),
    "answered": ("", "You should have been called. The results are explained to you tomorrow by your doctor."),
}  # fmt: skip


def show_disputes(*, members: list[int], staff: dict[str, int], now: datetime) -> None:
    """File what members of the demo disagree with, and let the specialist work on it."""
    from openmember.members.types import Actor, Role, system

    system_, appeals = (
        system("demo"),
        Actor("staff", staff["appeals"], roles=frozenset({Role.APPEALS})),
    )
    for told in TOLD:
        if told.place < len(members):
            dispute = _file(told, members[told.place], now, system_)
            _work(
                told, dispute, now, appeals if told.matter in {"appeal", "grievance"} else system_
            )


def _file(told: Told, member_id: int, now: datetime, actor: Any) -> Any:
    from dataclasses import replace

    from openmember.cases.types import Channel
    from openmember.grievances.services.filing import file_dispute
    from openmember.grievances.services.intake import track_for
    from openmember.grievances.types import Care, Law, Matter, NewDispute, Speed, Track

    at = now - timedelta(days=told.days, hours=told.place % 5)
    matter, care = Matter(told.matter), Care(told.care)
    is_appeal = matter is Matter.APPEAL
    new = NewDispute(
        track=Track(matter, Law.INDIVIDUAL, "US", care), member_id=member_id, account_number=None,
        need=told.need, service=told.service, provider=told.provider,
        notice_on=_days(at, 20) if is_appeal else None,
        happened_on=None if is_appeal else _days(at, 3),
        served_from=_days(at, 45) if care is Care.POST_SERVICE else None,
        speed=Speed.EXPEDITED if told.is_fast else Speed.STANDARD,
    )  # fmt: skip
    new = replace(new, track=track_for(new=new, on=at.date()))
    return file_dispute(new=new, channel=Channel.PORTAL, received_at=at, now=at, actor=actor)


def _work(told: Told, dispute: Any, now: datetime, actor: Any) -> None:
    from openmember.grievances.services import working
    from openmember.grievances.types import Outcome

    received_at = dispute.standing.received_at
    about = {"dispute": dispute, "actor": actor}
    if told.is_confirmed:
        about["dispute"] = working.acknowledge(now=received_at + timedelta(hours=1), **about)
    if not told.decided:
        return
    decided_at = received_at + timedelta(days=20)
    code, reason = REASONS[told.decided]
    decided = working.decide(
        outcome=Outcome(told.decided), reason=reason, code=code, now=decided_at,
        criteria="Evidence of Coverage, part 3, “Ambulance”" if told.decided == "upheld" else "",
        notice_on=_days(decided_at, 0), **about,
    )  # fmt: skip
    working.note_delivery(
        dispute=decided, on=_days(decided_at, -4), how="The carrier’s receipt",
        now=decided_at + timedelta(days=5), actor=actor,
    )  # fmt: skip


def _days(moment: datetime, before: int) -> date:
    return (moment - timedelta(days=before)).date()
