"""A coordinator’s day by keyboard: from the post through external review until it is carried out."""

import os
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader, PdfWriter

from openmember.cases.proof import list_differences
from openmember.cases.testing import a_supervisor, a_worker
from openmember.coverage.testing import covered
from openmember.coverage.types import CoverageType
from openmember.grievances.handoffs.jobs import make_files
from openmember.kernel.sql import fetch_one
from openmember.letters import delivery, printing
from openmember.members import models
from openmember.members.testing import TESTER
from openmember.members.types import Role
from openmember.payments.testing import PASSWORD, a_member, an_account
from tests.journeys.conftest import PHONE, check_page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def settings_of_tests(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def look(page: Page, name: str) -> None:
    """Keep a picture, where somebody wants to look."""
    if folder := os.environ.get("OPENMEMBER_LOOK"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def enter(page: Page, target: Locator) -> None:
    """Reach a link, button or summary with the keyboard's focus, and press Enter."""
    target.focus()
    page.keyboard.press("Enter")


def labelled(page: Page, label: str) -> Locator:
    """Return the control that is shown and called so, whether or not an answer is needed."""
    words = re.compile(rf"^\s*{re.escape(label)}(\s+\(optional\))?\s*$")
    return page.get_by_role("main").get_by_label(words).locator("visible=true").first


def type_into(page: Page, label: str, text: str) -> None:
    labelled(page, label).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def choose(page: Page, label: str, words: str) -> None:
    """Choose by typing, as one does in a list that has the focus."""
    labelled(page, label).select_option(label=words)


def unfold(page: Page, title: str) -> None:
    enter(page, page.get_by_role("main").locator("summary", has_text=title).first)


def button(page: Page, name: str) -> None:
    known = page.get_by_role("main").get_by_role("button", name=name, exact=True)
    enter(page, known.locator("visible=true").first)


def day_there() -> str:
    """Return today’s date where the member lives, as a date field takes it."""
    return datetime.now(ZoneInfo("America/Los_Angeles")).date().isoformat()


def a_pdf(name: str, pages: int) -> dict[str, object]:
    writer, kept = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    writer.write(kept)
    return {"name": name, "mimeType": "application/pdf", "buffer": kept.getvalue()}


def begin(page: Page, actor, number: str) -> None:
    """Sign in, find the account by its number, and open it because a letter came."""
    page.goto("/desk/")
    page.locator("[name=login]").fill(models.User.objects.get(id=actor.id).email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/desk/**")
    page.keyboard.type(number)  # The box has the focus.
    page.keyboard.press("Enter")
    page.locator("select[name=reason]").first.select_option("letter")
    enter(page, page.locator("button[name=pick]").first)
    page.wait_for_url("**/desk/account/")


def test_a_dispute_goes_from_the_post_to_external_review_and_is_carried_out(
    visit, transactional_db
):
    vera = a_supervisor("grievances")
    leo = a_worker("grievances", role=Role.NURSE, first_name="Leo")
    rosa = a_worker("grievances", role=Role.APPEALS)
    account = an_account(holder=(member := a_member(region="california")))
    covered(account, (member, "18"), coverage_type=CoverageType.DIRECT)
    page = visit(DESKTOP)

    begin(page, vera, account.number)
    number = take_in(page, models.User.objects.get(id=leo.id).email)
    look(page, "dispute-1280")
    check_page(page)
    from_the_queue(page, number)
    assign(page)
    make_the_file(page, number)
    decide(page)
    external(page)
    carried_out(page, number)

    assert fetch_one("SELECT status, owner_id FROM cases_case") == ("resolved", rosa.id)
    assert list(list_differences()) == []
    phone = visit(PHONE, storage_state=page.context.storage_state())
    phone.goto(f"/desk/disputes/{number}/")
    look(phone, "dispute-390")
    check_page(phone)


def take_in(page: Page, decider: str) -> str:
    """File what the post brought, with two files, on the day of its stamp."""
    page.goto("/desk/disputes/new/")
    look(page, "intake-1280")
    check_page(page)
    choose(page, "It is", "Appeal")
    choose(page, "About which care", "Care not yet received")
    type_into(page, "What happened, in their words, and what they want", "They refused my scan.")
    labelled(page, "Documents").set_input_files([a_pdf("records.pdf", 12), a_pdf("letter.pdf", 2)])
    page.get_by_label("Date on the letter of the decision").fill("2026-10-01")
    type_into(page, "Who of us decided: work e-mail, if known", decider)
    page.get_by_label("Day it came: the stamp, for the post").fill("2026-10-20")
    page.get_by_label("Hour it came").fill("09:30")
    button(page, "File it")
    expect(page.get_by_text("It is filed. Tell them its number")).to_be_visible()
    expect(page.get_by_role("cell", name="1–12")).to_be_visible()
    expect(page.get_by_role("cell", name="13–14")).to_be_visible()
    return page.locator(".desk-reference").first.inner_text()


def from_the_queue(page: Page, number: str) -> None:
    page.keyboard.press("g")
    page.keyboard.press("D")
    page.wait_for_url("**/desk/disputes/")
    expect(page.get_by_role("heading", name="Disputes")).to_be_visible()
    look(page, "queue-1280")
    check_page(page)
    enter(page, page.get_by_role("link", name=number))
    page.wait_for_url(f"**/disputes/{number}/")
    expect(page.get_by_text("More time: the law gives none for this decision.")).to_be_visible()
    page.keyboard.press("r")
    page.wait_for_url("**/dates/")
    look(page, "dates-1280")
    check_page(page)
    page.go_back()


def assign(page: Page) -> None:
    """Whoever made the first decision gets nothing of it."""
    unfold(page, "Give it to somebody")
    choose(page, "Give it to", "Leo, Oakland")
    button(page, "Give it")
    expect(
        page.get_by_text("Whoever made the disputed decision cannot work on the dispute.").first
    ).to_be_visible()
    look(page, "refused-1280")
    choose(page, "Give it to", "Rosa, Oakland")
    button(page, "Give it")
    expect(page.get_by_text("It is Rosa’s now.")).to_be_visible()


def make_the_file(page: Page, number: str) -> None:
    """Have it made, and take it: every page has its number."""
    page.wait_for_load_state()  # Keys are heard from then on.
    page.keyboard.press("f")
    page.wait_for_url("**/file/")
    button(page, "Make the file as it is now")
    expect(page.get_by_text("being made: look again in a minute")).to_be_visible()
    make_files(now=timezone.now())
    page.reload()
    look(page, "file-1280")
    check_page(page)
    with page.expect_download() as taken:
        enter(page, page.get_by_role("link", name="PDF", exact=True))
    last = PdfReader(taken.value.path()).pages[-1].extract_text()
    assert last.strip().endswith(f"{number} - page 14 of 14")
    enter(page, page.get_by_role("link", name="Back to the dispute"))
    page.wait_for_url(f"**/disputes/{number}/")


def mail_what_waits() -> None:
    """Let the letters leave, as the command of every day does."""
    now = timezone.now()
    delivery.send_letters(now=now, actor=TESTER)
    with TemporaryDirectory() as folder:
        printing.print_letters(folder=Path(folder), now=now, actor=TESTER)


def decide(page: Page) -> None:
    button(page, "It was confirmed in writing")
    expect(page.get_by_text("It is noted that the member was told in writing.")).to_be_visible()
    page.keyboard.press("d")
    unfold_if_folded(page, "decide")
    choose(page, "Outcome", "The decision stands")
    choose(
        page,
        "Reason",
        "It does not meet the criteria for medical necessity (not_medically_necessary)",
    )
    type_into(
        page,
        "Criteria it was measured by: the policy, guideline or contract, and its part",
        "Evidence of Coverage, part 4",
    )
    type_into(page, "In plain words, as the member reads it", "The scan is not needed yet.")
    button(page, "Read the letter")
    expect(page.get_by_role("heading", name="The letter, as it goes out")).to_be_visible()
    expect(page.get_by_text("Our decision about your appeal: the first decision")).to_be_visible()
    look(page, "read-1280")
    check_page(page)
    button(page, "Decide it")
    expect(page.get_by_text("It is decided. The next right")).to_be_visible()
    enter(page, page.get_by_role("link", name="Our decision about your appeal"))
    page.wait_for_url("**/letters/*/")
    look(page, "letter-1280")
    check_page(page)
    mail_what_waits()
    page.reload()
    unfold(page, "It arrived: note what shows it")
    page.get_by_label("It arrived on").fill(day_there())
    type_into(page, "What shows it, such as a receipt and its number", "Receipt 70")
    button(page, "Note it")
    expect(page.get_by_text("The delivery is noted.")).to_be_visible()
    page.keyboard.press("b")
    page.wait_for_url(re.compile(r"/disputes/[^/]+/$"))


def unfold_if_folded(page: Page, name: str) -> None:
    if page.locator(f"#act-{name}").get_attribute("open") is None:
        page.locator(f"#act-{name} summary").focus()
        page.keyboard.press("Enter")


def external(page: Page) -> None:
    unfold(page, "It goes to the next level")
    choose(page, "Who received it", "Independent external review")
    button(page, "It is there")
    expect(page.get_by_text("It is with the next level.")).to_be_visible()
    hand_on(page)
    unfold(page, "Decide it, or note what the reviewer decided")
    choose(page, "Outcome", "Decided for the member")
    choose(page, "Reason", "The criteria are met (criteria_met)")
    type_into(page, "In plain words, as the member reads it", "The reviewer approves the scan.")
    page.get_by_label("Date of the letter").locator("visible=true").fill(day_there())
    button(page, "Decide it")
    expect(page.get_by_text("It is decided. The next right")).to_be_visible()


def hand_on(page: Page) -> None:
    """Make the file anew with the decision, send it to the state’s reviewers, and note that they have it."""
    enter(page, page.get_by_role("link", name="The file: make it, copy it, hand it on"))
    page.wait_for_url("**/file/")
    expect(page.get_by_text("Something came since this file was made.")).to_be_visible()
    button(page, "Make the file as it is now")
    expect(page.get_by_text("being made: look again in a minute")).to_be_visible()
    make_files(now=timezone.now())
    page.reload()
    expect(page.get_by_text("Something came since this file was made.")).to_be_hidden()
    unfold(page, "It was sent to a reviewer outside")
    look(page, "send-1280")
    type_into(page, "Where to: address, fax number or portal", "their portal")
    type_into(page, "What shows it, such as a receipt and its number", "Receipt 4711")
    button(page, "It was sent")
    expect(page.get_by_text("It is noted as sent.")).to_be_visible()
    unfold(page, "They confirm that it came")
    type_into(page, "Who said so there", "Intake")
    type_into(page, "Their reference", "IMR-9")
    button(page, "Note it")
    expect(page.get_by_text("It is noted: they have the file.")).to_be_visible()
    look(page, "sent-1280")
    enter(page, page.get_by_role("link", name="Back to the dispute"))
    page.wait_for_url("**/disputes/CA-*/")


def carried_out(page: Page, number: str) -> None:
    unfold(page, "Carry it out")
    type_into(page, "What was done; the member reads it", "The scan is authorized.")
    choose(page, "By", "An authorization or exception")
    type_into(page, "Its reference", "AUTH-17")
    button(page, "It is carried out")
    expect(page.get_by_text("It is carried out.").first).to_be_visible()
    look(page, "closed-1280")
    enter(page, page.get_by_role("link", name="The case: notes, documents, calls, messages"))
    page.wait_for_url(f"**/cases/{number}/")
    answer = "Decided for the member. The reviewer approves the scan. The scan is authorized."
    expect(page.get_by_text(answer)).to_be_visible()
    enter(page, page.get_by_role("link", name="The dispute: clocks, file, decision"))
    page.wait_for_url(f"**/disputes/{number}/")
