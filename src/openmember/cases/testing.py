"""Builders of care work for tests: people with skills, cases, contacts."""

from datetime import UTC, datetime

from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import Interaction, NewInteraction
from openmember.cases.queries import get_case
from openmember.cases.services.opening import open_case
from openmember.cases.types import Case, Channel, NewCase
from openmember.members.queries import actor_of
from openmember.members.skills import set_skills
from openmember.members.testing import TESTER, a_staff_user, serial
from openmember.members.types import Actor, Member, Role, Skills

# A Monday morning in California.
NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


def a_worker(
    *teams: str,
    role: Role = Role.REPRESENTATIVE,
    languages: tuple[str, ...] = (),
    regions: tuple[str, ...] = (),
    first_name: str = "Rosa",
) -> Actor:
    """Return somebody on the staff who works in these teams."""
    user = a_staff_user(role, email=f"worker{next(serial)}@example.org")
    if first_name != user.first_name:
        user.first_name = first_name
        user.save(update_fields=["first_name"])
    skills = Skills(frozenset(teams), frozenset(languages), frozenset(regions))
    set_skills(user_id=user.pk, skills=skills, actor=TESTER)
    return actor_of(user)


def a_supervisor(*teams: str, first_name: str = "Vera") -> Actor:
    """Return a supervisor of every region."""
    return a_worker(*teams, role=Role.SUPERVISOR, first_name=first_name)


def the_member(member: Member) -> Actor:
    """Return the member acting for themselves."""
    return Actor("member", 1, member_id=member.id)


def a_case(
    member: Member | None = None,
    *,
    category: str = "general_question",
    now: datetime = NOW,
    actor: Actor = TESTER,
    region: str = "california",
    language: str = "",
    need: str = "My card has the wrong name.",
    **facts: str,
) -> Case:
    """Return a case just opened by phone."""
    new = NewCase(
        category=category, member_id=member.id if member else None, channel=Channel.PHONE,
        region=region, language=language, need=need, facts=facts,
    )  # fmt: skip
    return open_case(new=new, now=now, actor=actor)


def seen(case: Case, actor: Actor) -> Case:
    """Return a case as somebody on the staff sees it now."""
    return get_case(number=case.number, actor=actor)


def a_contact(
    member: Member | None, actor: Actor, *, topic: str = "", now: datetime = NOW
) -> Interaction:
    """Return a call that the actor has answered."""
    new = NewInteraction(
        channel=Channel.PHONE, member_id=member.id if member else None, topic=topic, team="billing"
    )
    return contacts.begin(new=new, now=now, actor=actor)
