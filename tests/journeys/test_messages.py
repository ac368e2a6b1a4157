"""A member writes with three documents and follows the case; chest pain is stopped; the desk answers."""

import re

import pytest
from playwright.sync_api import Page, expect

from openmember.cases import proof as case_proof
from openmember.cases.testing import a_worker
from openmember.documents.testing import PDF
from openmember.members import models
from openmember.payments.testing import PASSWORD, a_member, a_user, an_account
from openmember.threads import proof
from tests.journeys.conftest import NARROW, PHONE, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1280, "height": 900}
DANGER = "I have had chest pain since this morning and my arm is numb"


@pytest.fixture(autouse=True)
def settings_of_tests(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def ana(transactional_db):
    member = a_member(region="california", language="en")
    a_user(member=member, email="ana@example.org")
    an_account(holder=member)
    return member


def papers(count: int) -> list[dict[str, object]]:
    return [
        {"name": f"page-{n}.pdf", "mimeType": "application/pdf", "buffer": PDF + b"%d\n%%%%EOF" % n}
        for n in range(count)
    ]


def enter_desk(page: Page, actor) -> None:
    page.goto("/desk/messages/")
    page.locator("[name=login]").fill(models.User.objects.get(id=actor.id).email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/desk/messages/")


def test_a_message_with_three_documents_is_answered_with_a_canned_answer_and_followed(visit, ana):
    rosa = a_worker("billing")
    page, desk = visit(PHONE), visit(DESKTOP)
    sign_in(page)
    page.goto("/messages/")
    check_page(page)
    page.get_by_role("link", name="Write a message").click()
    page.get_by_label(re.compile("^To")).select_option("billing")
    page.get_by_label("Your message").fill("I was charged twice. See the three pages.")
    expect(page.get_by_text("Draft kept at")).to_be_visible()
    page.get_by_label("Add documents").set_input_files(papers(3))
    check_page(page)
    press(page, "Send")
    expect(page.get_by_text("Your message is sent. Its number is")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("page-"))).to_have_count(3)
    expect(page.get_by_text("We answer by")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Follow the case").click()
    expect(page.get_by_text("I was charged twice. See the three pages.")).to_be_visible()

    enter_desk(desk, rosa)
    check_page(desk)
    desk.get_by_role("link", name="I was charged twice.").click()
    expect(desk.get_by_role("link", name=re.compile("page-"))).to_have_count(3)
    desk.get_by_label("An answer given often").select_option("charged_twice")
    press(desk, "Put it into the text")
    expect(desk.get_by_label("Message to the member")).to_have_value(re.compile("Hello Ana"))
    check_page(desk)
    desk.get_by_text("It is settled; this is the answer").click()
    press(desk, "Send")
    expect(desk.get_by_text("not read by the member yet")).to_be_visible()

    page.goto("/messages/")
    expect(page.get_by_text("New", exact=True)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="I was charged twice.").click()
    expect(page.get_by_text("We took the second charge back.")).to_be_visible()
    expect(page.get_by_text("Rosa of Billing")).to_be_visible()
    expect(page.get_by_text("Read by our team:")).to_be_visible()
    page.get_by_role("link", name="Print these messages").click()
    expect(page.get_by_text("page-0.pdf, page-1.pdf, page-2.pdf")).to_be_visible()
    check_page(page)
    desk.reload()
    expect(desk.get_by_text("read by the member", exact=False).first).to_be_visible()
    assert proof.list_differences() == ()
    assert list(case_proof.list_differences()) == []


def test_chest_pain_in_a_message_is_stopped_with_911_first_and_nothing_is_lost(visit, ana):
    page = visit(NARROW, java_script_enabled=False)
    sign_in(page)
    page.goto("/messages/new/")
    page.get_by_label("Your message").fill(DANGER)
    page.get_by_label("Add documents").set_input_files(papers(2))
    press(page, "Send")

    expect(page.get_by_role("link", name="Call 911")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value(DANGER)
    expect(page.get_by_text("page-1.pdf").first).to_be_visible()

    page.get_by_text("This is not an emergency. Send it anyway.").click()
    press(page, "Send")
    expect(page.get_by_text("Your message is sent. Its number is")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("page-"))).to_have_count(2)


def test_the_stop_is_in_the_members_language_and_can_be_used_by_everybody(visit, ana):
    page = visit(NARROW)
    sign_in(page)
    home = page.url.split("/account")[0]
    for language, words in (("es", "Mensajes"), ("zh-hant", "訊息")):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": home}])
        page.goto("/messages/new/")
        page.locator("#id_body").fill(DANGER)
        page.locator("button[name=act][value=send]").last.click()

        expect(page.locator(".om-alarm__call[href='tel:911']")).to_be_visible()
        back = page.get_by_role("main").get_by_role("link", name=words, exact=True)
        expect(back).to_be_visible()
        check_page(page)
