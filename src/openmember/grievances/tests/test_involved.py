"""Who had a part in the first decision has none in the next."""

from datetime import UTC, datetime, timedelta

import pytest

from openmember.cases.services.owning import take
from openmember.cases.services.steps import again
from openmember.cases.testing import a_supervisor, a_worker
from openmember.cases.types import CaseRefused
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import assigning, working
from openmember.grievances.tests.test_disputes import filed
from openmember.grievances.types import BadCourse, Level, Matter, Outcome
from openmember.members.types import Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def rosa(db):
    return a_worker("grievances")


@pytest.fixture
def nurse(db):
    return a_worker("grievances", role=Role.NURSE)


def decided(dispute, actor, at=NOW):
    return working.decide(
        dispute=dispute, outcome=Outcome.UPHELD, reason="Not yet.", code="not_medically_necessary",
        criteria="Guideline 7", notice_on=at.date(), now=at, actor=actor,
    )  # fmt: skip


def appealed(decider, *, owner=None, nurse=None):
    """A coverage decision against the member, taken further to the plan's appeal."""
    dispute = filed(matter=Matter.DETERMINATION)
    if owner:
        assigning.take(dispute=dispute, now=NOW, actor=owner)
    if nurse:
        asked(dispute, nurse, decider)
        assigning.give_opinion(dispute=dispute, opinion="An X-ray first.", now=NOW, actor=nurse)
    dispute = decided(dispute, decider)
    return working.escalate(
        dispute=dispute, level=Level.PLAN, now=NOW + HOUR, actor=a_worker("grievances")
    )


def asked(dispute, nurse, actor):
    assigning.ask_reviewer(
        dispute=dispute, user_id=nurse.id, specialty="Radiology", now=NOW, actor=actor
    )


def test_who_decided_first_is_not_asked_for_an_opinion_on_the_appeal(rosa, nurse):
    with pytest.raises(BadCourse, match="does not review it"):
        asked(appealed(nurse), nurse, rosa)


def test_whose_opinion_the_first_decision_rests_on_neither_decides_nor_reviews_the_appeal(
    rosa, nurse
):
    dispute = appealed(rosa, nurse=nurse)

    with pytest.raises(BadCourse, match="does not decide"):
        decided(dispute, nurse, NOW + 2 * HOUR)
    with pytest.raises(BadCourse, match="does not review it"):
        asked(dispute, nurse, a_worker("grievances"))


def test_who_was_asked_and_then_decided_gives_no_opinion_on_the_appeal(rosa, nurse):
    dispute = filed(matter=Matter.DETERMINATION)
    asked(dispute, nurse, rosa)
    dispute = decided(dispute, nurse, NOW + HOUR)
    dispute = working.escalate(dispute=dispute, level=Level.PLAN, now=NOW + HOUR, actor=rosa)

    with pytest.raises(BadCourse, match="does not review it"):
        assigning.give_opinion(dispute=dispute, opinion="No.", now=NOW + HOUR, actor=nurse)


def test_the_appeal_is_nobody_s_again_and_is_not_given_to_who_decided(rosa):
    dispute = appealed(rosa, owner=rosa)
    given = {"dispute": dispute, "now": NOW + HOUR}

    assert again(dispute.case_id).owner_id is None
    with pytest.raises(CaseRefused, match="does not work"):
        assigning.take(actor=rosa, **given)
    with pytest.raises(CaseRefused, match="does not work"):
        assigning.assign(user_id=rosa.id, actor=a_supervisor("grievances"), **given)
    with pytest.raises(CaseRefused, match="does not work"):
        take(case=again(dispute.case_id), now=NOW + HOUR, actor=rosa)
    other = a_worker("grievances")
    assigning.take(actor=other, **given)
    decided(get_dispute(dispute_id=dispute.id), other, NOW + 2 * HOUR)


def test_whose_it_is_stays_so_where_others_decided_and_outside(rosa):
    dispute = appealed(a_worker("grievances"), owner=rosa)
    assert again(dispute.case_id).owner_id == rosa.id

    dispute = decided(dispute, rosa, NOW + 2 * HOUR)
    working.escalate(dispute=dispute, level=Level.EXTERNAL, now=NOW + 3 * HOUR, actor=rosa)
    assert again(dispute.case_id).owner_id == rosa.id
