"""Danger typed in a room: who is told, who may say that they looked, and what happens where nobody does."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from openmember.cases.duty.services import be_seen, choose
from openmember.cases.duty.types import BreakKind, DutyState
from openmember.cases.testing import NOW, a_worker
from openmember.cases.walkins.dangers import queries, services
from openmember.cases.walkins.types import WalkinRefused
from openmember.kernel.sql import fetch_all
from openmember.members import models
from openmember.members.types import Role, system

pytestmark = pytest.mark.django_db

KIOSK = system("kiosk")
SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)


def raised(kind: str = "emergency", at=NOW) -> bool:
    return services.raise_danger(office="oakland", kind=kind, now=at, actor=KIOSK)


def somewhere_else(**skills):
    actor = a_worker("member_services", **skills)
    models.User.objects.filter(id=actor.id).update(location="Portland")
    return actor


def look(danger, actor, at=LATER) -> None:
    services.see_danger(danger_id=danger.id, now=at, actor=actor)


def seen_by(actor, at=LATER):
    return [one.kind for one in queries.list_to_look_at(now=at, actor=actor)]


def audited(action: str) -> list:
    return fetch_all(
        "SELECT actor, detail FROM kernel_audit_entry WHERE action = %(action)s", {"action": action}
    )


def here(actor, state=DutyState.AVAILABLE, kind=None, at=NOW):
    choose(state=state, break_kind=kind, now=at, actor=actor)


def test_it_is_told_once_until_somebody_of_the_office_looked():
    rosa = a_worker("billing")
    raised()
    raised(at=SOON)
    (danger,) = queries.list_dangers(office="oakland", now=SOON)

    look(danger, rosa)

    assert queries.list_dangers(office="oakland", now=LATER) == ()
    assert [one.actor for one in audited("walkin.danger_seen")] == [str(rosa)]
    assert len(audited("walkin.danger")) == 1


def test_nobody_of_another_office_takes_it_away():
    raised()
    (danger,) = queries.list_dangers(office="oakland", now=NOW)

    for actor, number in ((somewhere_else(), danger.id), (a_worker("billing"), danger.id + 1)):
        with pytest.raises(WalkinRefused) as refused:
            services.see_danger(danger_id=number, now=LATER, actor=actor)
        assert refused.value.name == "no_danger"

    assert len(queries.list_dangers(office="oakland", now=LATER)) == 1
    assert audited("walkin.danger_seen") == []


def test_who_works_there_is_told_at_once_and_nobody_else():
    here(a_worker("billing"))
    raised()

    assert seen_by(a_worker("billing"), SOON) == ["emergency"]
    assert seen_by(somewhere_else(), LATER) == []


def test_what_nobody_looked_at_is_the_supervisors_of_the_region():
    here(a_worker("billing"))
    raised()
    overseer = somewhere_else(role=Role.SUPERVISOR, regions=("california",))
    far = somewhere_else(role=Role.SUPERVISOR, regions=("northwest",))

    assert seen_by(overseer, SOON) == []
    assert services.escalate_due(now=SOON, actor=KIOSK) == 0
    assert services.escalate_due(now=LATER, actor=KIOSK) == 1
    assert services.escalate_due(now=LATER, actor=KIOSK) == 0
    assert (seen_by(overseer), seen_by(far)) == (["emergency"], [])

    look(queries.list_to_look_at(now=LATER, actor=overseer)[0], overseer)
    assert seen_by(a_worker("billing")) == []


def test_where_nobody_is_there_it_is_the_supervisors_at_once():
    raised()

    assert seen_by(somewhere_else(role=Role.SUPERVISOR), NOW) == ["emergency"]


def test_somebody_is_there_who_said_so_is_on_no_break_and_is_heard_of():
    rosa, away = a_worker("billing"), somewhere_else()
    here(away)
    assert raised() is False

    here(rosa)
    assert raised("violence") is True
    here(rosa, DutyState.BREAK, BreakKind.MEAL, SOON)
    assert raised("self_harm", SOON) is False
    here(rosa, at=LATER)
    be_seen(now=LATER, actor=rosa)
    assert raised("self_harm", LATER + timedelta(minutes=2)) is True
    assert raised("self_harm", LATER + timedelta(minutes=5)) is False


def test_the_database_keeps_what_was_looked_at():
    raised()
    (danger,) = queries.list_dangers(office="oakland", now=NOW)
    look(danger, a_worker("billing"))

    for change in (
        "UPDATE cases_walkin_danger SET seen_at = NULL, seen_by = ''",
        "UPDATE cases_walkin_danger SET seen_by = 'staff:9'",
        "DELETE FROM cases_walkin_danger",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            fetch_all(change)
