"""The queue of disputes at the desk: what is due first, what stands still, who is kept out."""

import pytest
from django.utils import timezone

from openmember.cases.testing import a_worker
from openmember.desk.tests import disputes
from openmember.desk.tests.disputes import DAY, act, decided, desk_as, filed, kinds
from openmember.desk.tests.reading import words
from openmember.grievances import queue
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import working
from openmember.grievances.types import (
    Kind,
    Law,
    Outcome,
    Speed,
    Step,
)
from openmember.kernel.sql import fetch_all
from openmember.members.types import Role

settings_of_tests = disputes.settings_of_tests
rosa = disputes.rosa
desk = disputes.desk


def test_the_queue_shows_what_is_due_first_first_and_how_late(desk):
    late, later = filed(place="OR", ago=300 * DAY), filed(place="OR")

    page = desk.get("disputes")

    numbers = [row["dispute"].case_number for row in page.context["rows"]]
    assert numbers == [late.case_number, later.case_number]
    assert "days late" in words(page)
    assert page.context["counts"].late == 1


def test_what_stands_still_and_what_others_decide_is_shown_apart(desk, rosa):
    tolled = filed(law=Law.SELF_FUNDED, place="US")
    working.toll(dispute=tolled, why="A new opinion", now=timezone.now(), actor=rosa)
    outside = filed(place="WA", ago=2 * DAY)
    act(desk, outside, "acknowledge")
    decided(desk, outside)
    act(desk, outside, "escalate", level="external")
    for step in queue_steps(outside):
        found = get_dispute(dispute_id=outside.id)
        working.mark_done(dispute=found, step=Step(step), now=timezone.now(), actor=rosa)

    shown = {
        where: [row["dispute"].id for row in desk.get("disputes", where=where).context["rows"]]
        for where in ("due", "tolled", "outside")
    }

    assert shown["tolled"] == [tolled.id]
    assert shown["outside"] == [outside.id]
    assert outside.id not in shown["due"]


def queue_steps(dispute):
    found = get_dispute(dispute_id=dispute.id).standing
    return [
        one.step.value for one in found.clocks
        if one.whose == "plan" and one.met_at is None and one.visit == found.visit
    ]  # fmt: skip


def test_the_queue_is_narrowed_and_pages_follow_one_another(desk, rosa):
    mine, fast = filed(), filed(speed=Speed.EXPEDITED)
    other = filed(law=Law.MEDICARE_ADVANTAGE, place="MD")
    act(desk, mine, "take")

    def shown(**asked):
        return {row["dispute"].id for row in desk.get("disputes", **asked).context["rows"]}

    assert shown(whose="mine") == {mine.id}
    assert shown(whose="nobody") == {fast.id, other.id}
    assert shown(speed="expedited") == {fast.id}
    assert shown(law="ma") == {other.id}
    assert shown(matter="billing") == set()
    first = queue.list_queue(asked=queue.Asked(), actor=rosa, size=2)
    place = queue.Place.of_text(first.next.as_text())
    second = queue.list_queue(asked=queue.Asked(), actor=rosa, after=place, size=2)
    assert len({one.id for page in (first, second) for one in page.rows}) == 3


@pytest.mark.parametrize("after", ["1_99999999999999999999", "1_" + "9" * 5000, "nan_1", "x_1"])
def test_a_place_that_is_none_shows_the_first_page(desk, after):
    dispute = filed()

    page = desk.get("disputes", after=after)
    second = act(desk, dispute, "acknowledge", serial="9" * 5000)

    assert [row["dispute"].id for row in page.context["rows"]] == [dispute.id]
    assert second.status_code == 200
    assert kinds(dispute) == [Kind.RECEIVED]


def test_a_late_page_of_the_queue_walks_the_index_from_its_place(rosa):
    some = filed()
    for name, value in (
        ("enable_seqscan", "off"),
        ("enable_sort", "off"),
        ("enable_bitmapscan", "off"),
    ):
        fetch_all(f"SET LOCAL {name} = {value}")
    place = queue.Place(get_dispute(dispute_id=some.id).standing.next_due.due_at, some.id)
    values = queue.queue_values(queue.Asked(), rosa, place, 50)

    plan = fetch_all("EXPLAIN " + (queue.SQL / "queue.sql").read_text(encoding="utf-8"), values)

    said = " ".join(str(row[0]) for row in plan)
    assert "Index Scan using grievances_queue" in said
    assert "Index Cond: ((due_at IS NOT NULL) AND (ROW(due_at, id)" in said or "ROW(" in said
    assert "Sort" not in said


@pytest.mark.parametrize(
    ("role", "status"), [(Role.CASHIER, 403), (Role.FINANCE, 403), (Role.APPEALS, 200)]
)
def test_who_works_no_cases_is_kept_out(desk_of, role, status):
    assert desk_of(role).get("disputes").status_code == status


def test_another_team_finds_no_dispute(client_of):
    dispute = filed()
    other = desk_as(client_of, a_worker("billing"))

    for name in ("dispute", "dispute_dates", "dispute_index"):
        assert other.get(name, dispute.case_number).status_code == 404
    assert other.get("disputes").context["rows"] == []


def test_what_is_owed_after_the_decision_stays_in_the_queue(desk, rosa):
    dispute = filed(law=Law.MEDICARE_ADVANTAGE, place="MD")
    decided(desk, dispute)

    (row,) = queue.list_queue(asked=queue.Asked(), actor=rosa).rows

    assert (row.id, row.due_step) == (dispute.id, "forward")
    act(desk, dispute, "escalate", level="ire")
    (decision,) = get_dispute(dispute_id=dispute.id).standing.decisions
    assert decision.outcome is Outcome.UPHELD
