"""Who works in which team, in which languages, for which regions."""

from django.db import transaction

from openmember.directory.queries import find_region
from openmember.directory.teams import list_teams
from openmember.kernel.audit import services as audit
from openmember.members import models
from openmember.members.types import SCOPES, Actor, NotAllowed, Scope, Skills, StaffMember


class UnknownSkill(Exception):
    """There is no such team or region."""


def skills_of(*, actor: Actor) -> Skills:
    """Return the skills of whoever acts; the system works for every team."""
    if actor.is_system:
        return Skills(teams=frozenset(team.code for team in list_teams()))
    return get_skills(user_id=actor.id or 0)


def get_skills(*, user_id: int) -> Skills:
    """Return the skills of one person on the staff."""
    held: dict[str, set[str]] = {kind: set() for kind in models.SKILL_KINDS}
    for kind, value in models.StaffSkill.objects.filter(user_id=user_id).values_list(
        "kind", "value"
    ):
        held[kind].add(value)
    return Skills(frozenset(held["team"]), frozenset(held["language"]), frozenset(held["region"]))


def list_staff_of(*, team: str, actor: Actor) -> tuple[StaffMember, ...]:
    """Return who works in a team, by first name. Errors: NotAllowed."""
    if not (actor.may(Scope.WORK_CASES) or actor.may(Scope.SUPERVISE_CARE)):
        raise NotAllowed(Scope.WORK_CASES)
    found = models.User.objects.filter(
        is_staff=True, is_active=True, skills__kind="team", skills__value=team
    ).order_by("first_name", "id")
    return tuple(_staff(user) for user in found)


def find_staff(*, user_id: int) -> StaffMember | None:
    """Return somebody on the staff, as members hear of them."""
    found = models.User.objects.filter(id=user_id, is_staff=True).first()
    return _staff(found) if found else None


def find_staff_by_email(*, email: str) -> StaffMember | None:
    """Return whoever on the staff signs in with an address, whether or not they still work here."""
    found = models.User.objects.filter(email__iexact=email.strip(), is_staff=True).first()
    return _staff(found) if found else None


def list_clinicians_of(*, team: str) -> tuple[StaffMember, ...]:
    """Return who works in a team and may judge what somebody's health asks for, by first name."""
    clinical = [role for role, scopes in SCOPES.items() if Scope.DECIDE_URGENCY in scopes]
    found = models.User.objects.filter(
        is_staff=True, is_active=True, skills__kind="team", skills__value=team,
        staff_roles__role__in=clinical,
    ).distinct().order_by("first_name", "id")  # fmt: skip
    return tuple(_staff(user) for user in found)


@transaction.atomic
def set_skills(*, user_id: int, skills: Skills, actor: Actor) -> Skills:
    """Make these the skills of somebody on the staff. Errors: NotAllowed; UnknownSkill."""
    actor.require(Scope.SUPERVISE_CARE)
    unknown = skills.teams - {team.code for team in list_teams()}
    unknown |= {code for code in skills.regions if find_region(code=code) is None}
    if unknown:
        raise UnknownSkill(", ".join(sorted(unknown)))
    models.StaffSkill.objects.filter(user_id=user_id).delete()
    models.StaffSkill.objects.bulk_create(
        models.StaffSkill(user_id=user_id, kind=kind, value=value)
        for kind, values in (
            ("team", skills.teams), ("language", skills.languages), ("region", skills.regions),
        )
        for value in sorted(values)
    )  # fmt: skip
    audit.record(
        actor=str(actor), action="staff.skills", user_id=user_id, teams=sorted(skills.teams),
        languages=sorted(skills.languages), regions=sorted(skills.regions),
    )  # fmt: skip
    return skills


def _staff(user: models.User) -> StaffMember:
    return StaffMember(user.pk, user.first_name, user.location, user.is_active)
