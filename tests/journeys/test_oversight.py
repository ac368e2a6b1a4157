"""A supervisor sees that a date was missed, says why, and takes the universe along."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from openmember.cases.testing import a_supervisor
from openmember.desk.tests.disputes import filed
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.recomputing.jobs import run_law
from openmember.grievances.recomputing.types import Task
from tests.journeys.conftest import NARROW, check_page, press
from tests.journeys.test_board import DESKTOP, enter

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_a_missed_date_is_found_explained_and_reported(visit, transactional_db):
    dispute = filed(ago=timedelta(days=45))
    watch_clocks(timezone.now())
    run_law(Task.SURVEY)
    vera = a_supervisor("grievances", first_name="Vera")
    page, small = visit(DESKTOP), visit(NARROW)

    enter(page, vera, "/desk/oversight/")
    check_page(page)
    page.get_by_role("main").get_by_role("link", name="Dates missed", exact=True).click()
    page.get_by_role("link", name=f"Say why {dispute.case_number}, Decide").click()
    check_page(page)
    page.get_by_text("It went to the wrong place").click()
    page.get_by_label("What happened (optional)").fill("It lay in billing.")
    press(page, "Write the cause")
    expect(page.get_by_text("The cause is written.")).to_be_visible()
    expect(page.get_by_text("It lay in billing.")).to_be_visible()

    page.get_by_role("main").get_by_role("link", name="Universe").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="All of them, with every column, as CSV").click()
    assert dispute.case_number in taken.value.path().read_text(encoding="utf-8")

    enter(small, vera, "/desk/oversight/")
    check_page(small)
    small.goto("/desk/oversight/law/")
    expect(small.get_by_role("heading", name="Compared last")).to_be_visible()
    check_page(small)
