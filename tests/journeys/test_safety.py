"""Somebody writes that their chest hurts: 911 comes first, and nothing they typed is lost."""

import pytest
from playwright.sync_api import expect

from openmember.assistance.services import deciding
from openmember.assistance.testing import an_application, some_facts
from openmember.payments.testing import TESTER, TODAY
from tests.journeys.conftest import NARROW, PHONE, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WORDS = "Please look again. I have had chest pain since this morning"


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.mark.parametrize("viewport", [PHONE, NARROW], ids=["phone", "narrow"])
def test_a_chest_pain_text_is_stopped_with_911_first(visit, account, viewport):
    application = an_application(account, some_facts(yearly_cents=60_000_00))
    deciding.decide(application=application, on=TODAY, actor=TESTER)
    page = visit(viewport, java_script_enabled=False)
    sign_in(page)
    page.goto(f"/assistance/{application.reference}/")

    page.get_by_label("Why should we look at it again?").fill(WORDS)
    press(page, "Ask to look again")

    expect(page.get_by_role("link", name="Call 911")).to_be_visible()
    expect(page.get_by_label("Why should we look at it again?")).to_have_value(WORDS)

    page.get_by_text("This is not an emergency. Send it anyway.").click()
    press(page, "Ask to look again")
    expect(page.get_by_text("We will look at it again and write to you.")).to_be_visible()


def test_the_question_about_an_emergency_can_be_used_by_everybody(visit, account):
    application = an_application(account, some_facts(yearly_cents=60_000_00))
    deciding.decide(application=application, on=TODAY, actor=TESTER)
    page = visit(PHONE)
    sign_in(page)
    page.goto(f"/assistance/{application.reference}/")

    page.get_by_label("Why should we look at it again?").fill(WORDS)
    press(page, "Ask to look again")

    expect(page.get_by_role("link", name="Call 911")).to_be_visible()
    page.screenshot(path="/tmp/alarm.png", full_page=True)
    check_page(page)
