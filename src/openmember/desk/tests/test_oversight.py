"""Oversight at the desk: who gets in, what pages and files say, saying why, and a change of law."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases.testing import a_supervisor
from openmember.desk.oversight.views import DECISIONS, UNIVERSE
from openmember.desk.tests.conftest import Desk
from openmember.desk.tests.disputes import DAY, filed
from openmember.desk.tests.reading import words
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.recomputing.jobs import run_law
from openmember.grievances.recomputing.types import Task
from openmember.grievances.services import log
from openmember.grievances.types import Kind, Law
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members import models
from openmember.members.types import Role

PAGES = (
    "oversight",
    "oversight_misses",
    "oversight_universe",
    "oversight_decisions",
    "oversight_law",
)
FILES = ("oversight_universe_file", "oversight_decisions_file")
TABLES = ("steps", "months", "causes", "law", "place", "matter", "level", "overturned", "reasons")


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def vera(db):
    return a_supervisor("grievances", first_name="Vera")


@pytest.fixture
def desk(client_of, vera) -> Desk:
    return Desk(client_of(models.User.objects.get(id=vera.id)))


def decided(dispute, actor, *, ago, outcome="upheld"):
    return log.write(
        dispute_id=dispute.id, kind=Kind.DECIDED, at=timezone.now() - ago, actor=actor, outcome=outcome,
        notice_on="2026-11-01", code="not_covered", criteria="=HYPERLINK(1)",
    )  # fmt: skip


def some(vera):
    """A dispute decided in time, one decided late, one late by now."""
    kept, late, open_ = filed(ago=20 * DAY), filed(ago=50 * DAY), filed(ago=45 * DAY)
    decided(kept, vera, ago=10 * DAY)
    watch_clocks(timezone.now() - 3 * DAY)
    decided(late, vera, ago=2 * DAY, outcome="partly")
    return kept, late, open_


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode()
    return list(csv.reader(io.StringIO(text)))


def test_who_does_not_oversee_is_kept_out(desk_of):
    for role in (Role.APPEALS, Role.NURSE, Role.FINANCE):
        desk = desk_of(role)
        assert {desk.get(page).status_code for page in (*PAGES, *FILES)} == {403}
        assert desk.get("oversight_table", "steps").status_code == 403
        assert desk.get("oversight_miss", "CA-26-0000001", 1, "plan", "decide").status_code == 403


def test_empty_pages_say_so(desk):
    said = [words(desk.get(page)) for page in PAGES]

    assert "No dispute was received then" in said[0]
    assert "No date was missed" in said[1]
    assert "No dispute was received then" in said[2]
    assert "Nothing is decided" in said[3]
    assert "Nothing was compared yet" in said[4]


def test_the_report_says_how_dates_were_kept_and_leads_to_what_is_behind(desk, vera):
    some(vera)

    page = desk.get("oversight")

    said = words(page)
    assert "1 of 3" in said
    assert "median 10, nine of ten within 48" in said
    assert b"step=decide" in page.content
    assert "It does not meet" not in said
    assert "The plan does not cover it" in said


def test_every_table_is_a_file_and_no_other_is(desk, vera):
    some(vera)
    for figure in TABLES:
        rows = rows_of(desk.get("oversight_table", figure))
        assert len(rows) > 1, figure
        assert {len(row) for row in rows} == {len(rows[0])}
    assert desk.get("oversight_table", "nothing").status_code == 404


def test_the_universe_and_every_decision_are_files_no_spreadsheet_would_run(desk, vera):
    kept, late, open_ = some(vera)

    universe, decisions = (rows_of(desk.get(name)) for name in FILES)

    assert tuple(universe[0]) == UNIVERSE
    assert tuple(decisions[0]) == DECISIONS
    by_case = {row[0]: dict(zip(UNIVERSE, row, strict=True)) for row in universe[1:]}
    assert by_case[kept.case_number]["decided_in_time"] == "yes"
    assert by_case[kept.case_number]["days_taken"] == "10"
    assert by_case[late.case_number]["decided_in_time"] == "no"
    assert (by_case[open_.case_number]["outcome"], by_case[open_.case_number]["open"]) == (
        "",
        "yes",
    )
    assert {dict(zip(DECISIONS, row, strict=True))["criteria"] for row in decisions[1:3]} == {
        "'=HYPERLINK(1)"
    }
    recorded = {row.action for row in fetch_all("SELECT action FROM kernel_audit_entry")}
    assert {"oversight.export", "oversight.decisions_export"} <= recorded


def test_a_miss_is_explained_once_and_whoever_comes_second_is_told(desk, vera):
    _kept, late, _open = some(vera)
    address = reverse("desk:oversight_miss", args=[late.case_number, 1, "plan", "decide"])

    page = words(desk.client.get(address))
    empty = words(desk.client.post(address, {}))
    done = words(desk.client.post(address, {"cause": "staffing", "note": "Two ill."}, follow=True))
    second = words(desk.client.post(address, {"cause": "letter"}, follow=True))

    assert "Owner alarmed after" in page
    assert "This field is required" in empty or "Choose" in empty or "required" in empty
    assert "The cause is written." in done
    assert "Too few people" in done
    assert "Somebody has said why already" in second
    assert desk.client.get(address.replace("decide", "explain")).status_code == 404


def test_filters_narrow_and_nonsense_asks_for_everything(desk, vera):
    filed(law=Law.MEDICARE_ADVANTAGE), filed(place="OR")

    assert len(rows_of(desk.get("oversight_universe_file"))) == 3
    assert len(rows_of(desk.get("oversight_universe_file", law="ma"))) == 2
    assert len(rows_of(desk.get("oversight_universe_file", place="OR"))) == 2
    assert (
        len(rows_of(desk.get("oversight_universe_file", since="2001-01-01", until="2001-02-01")))
        == 1
    )
    assert len(rows_of(desk.get("oversight_universe_file", law="x", place="ZZ", since="soon"))) == 3
    assert desk.get("oversight_universe", after="x_y").status_code == 200
    assert desk.get("oversight_misses", before="1_2_x_y", cause="x").status_code == 200


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("oversight_misses", {"before": "1.0_1_99999999_decide"}),
        ("oversight_misses", {"before": f"1.0_1_{'9' * 5000}_decide"}),
        ("oversight_misses", {"before": "1.0_1_1_\0"}),
        ("oversight_misses", {"cause": "\0"}),
        ("oversight_misses", {"before": f"1.0_{'9' * 24}_1_decide"}),
        ("oversight_universe", {"after": f"1.0_{'9' * 24}"}),
        ("oversight_decisions", {"before": f"1.0_{'9' * 24}"}),
    ],
)
def test_an_address_somebody_made_up_is_a_page(desk, page, query):
    assert desk.get(page, **query).status_code == 200


def test_each_page_costs_the_same_however_many_there_are(desk, vera, django_assert_max_num_queries):
    some(vera), some(vera)
    for page, most in zip(PAGES, (17, 13, 16, 13, 14), strict=True):
        with django_assert_max_num_queries(most):
            assert desk.get(page).status_code == 200


def test_what_differs_from_the_rulebook_is_shown_and_moved(desk):
    dispute = filed()
    fetch_all("UPDATE grievances_clock SET due_at = due_at + interval '9 d' WHERE step = 'decide'")
    run_law(Task.SURVEY)

    page = desk.get("oversight_law")
    unsure = words(
        desk.client.post(reverse("desk:oversight_law"), {"task": "recompute"}, follow=True)
    )
    begun = words(
        desk.client.post(
            reverse("desk:oversight_law"), {"task": "recompute", "sure": "yes"}, follow=True
        )
    )
    run_law(Task.RECOMPUTE)
    after = words(desk.get("oversight_law"))

    said = words(page)
    assert "1, of 1 disputes" in said
    assert "FED-APL-PRE" in said
    assert dispute.case_number in said
    assert "Tick the box to move the dates." in unsure
    assert "It is begun." in begun
    assert "Move the dates" not in after
    assert "Dates that were moved" in after
    asked = fetch_one("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%%work_law'", {})
    assert "recompute" in str(asked.args)
