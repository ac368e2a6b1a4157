"""A member appeals a denied claim with three documents, is denied, and goes on; a complaint in Spanish."""

import os
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from openmember.cases.testing import a_worker
from openmember.claims.testing import a_claim
from openmember.coverage.testing import covered
from openmember.coverage.types import CoverageType
from openmember.documents.testing import PDF
from openmember.grievances.queries import get_dispute, list_own_disputes
from openmember.grievances.services import working
from openmember.grievances.types import Level, Outcome, Step
from openmember.kernel.sql import fetch_one
from openmember.payments.testing import a_member, a_user, an_account
from openmember.portal.tests.conftest import in_days
from tests.journeys.conftest import NARROW, PHONE, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.fixture
def ana(transactional_db):
    member = a_member(region="california", language="en")
    a_user(member=member, email="ana@example.org")
    account = an_account(holder=member)
    a_claim(member.id, account.number, served_on=in_days(-20))
    return member


def papers(count: int) -> list[dict[str, object]]:
    return [
        {"name": f"page-{n}.pdf", "mimeType": "application/pdf", "buffer": PDF + b"%d\n%%%%EOF" % n}
        for n in range(count)
    ]


def the_dispute(member):
    row = fetch_one("SELECT id FROM grievances_dispute WHERE member_id = %(id)s", {"id": member.id})
    return get_dispute(dispute_id=row.id)


def test_a_denied_claim_is_appealed_with_three_documents_to_external_review(visit, ana):
    page = visit(PHONE)
    sign_in(page)
    page.goto("/disputes/")
    expect(page.get_by_text("Nothing filed yet")).to_be_visible()
    page.get_by_role("link", name="File a dispute").click()
    check_page(page)
    page.get_by_text("I disagree with a decision about my coverage").click()
    press(page, "Save and continue")
    expect(page.get_by_label("Which care or medicine?")).to_be_hidden()
    page.get_by_text("denied, $480.00").click()
    page.get_by_label("Date on the decision letter").fill(in_days(-20).isoformat())
    check_page(page)
    press(page, "Save and continue")
    page.get_by_label("What happened, and why do you disagree?").fill("My doctor ordered the scan.")
    page.get_by_label(re.compile("Documents")).set_input_files(papers(3))
    check_page(page)
    press(page, "Save and continue")
    expect(page.get_by_text("When you send it now, we must decide by")).to_be_visible()
    expect(page.get_by_text("page-0.pdf, page-1.pdf, page-2.pdf")).to_be_visible()
    check_page(page)
    press(page, "Send it")
    expect(page.get_by_text("We decide by")).to_be_visible()
    expect(page.get_by_text("The rule: 30 calendar days")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Follow it").click()
    page.get_by_text("Why this date?").first.click()
    expect(page.get_by_text("HSC 1368.01(a)").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("page-"))).to_have_count(3)
    check_page(page)

    working.decide(
        dispute=the_dispute(ana), outcome=Outcome.UPHELD, reason="The plan covers it after an X-ray.",
        notice_on=timezone.localdate(), now=timezone.now(), actor=a_worker("grievances"),
        code="other_treatment_first", criteria="Evidence of Coverage, part 4",
    )  # fmt: skip
    page.reload()
    expect(page.get_by_text("The plan covers it after an X-ray.").first).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Our decision about your appeal").click()
    expect(page.get_by_text("What you can do if you disagree")).to_be_visible()
    if folder := os.environ.get("OPENMEMBER_LOOK"):
        page.screenshot(path=Path(folder) / "letter-390.png", full_page=True)
    check_page(page)
    page.get_by_role("link", name="Back to the dispute").click()
    page.get_by_role("link", name=re.compile("^I asked for it")).click()
    expect(
        page.get_by_text("Where to ask: California Department of Managed Health Care")
    ).to_be_visible()
    check_page(page)
    press(page, "I sent my request")
    expect(page.get_by_text("Independent reviewers decide").first).to_be_visible()
    check_page(page)
    assert the_dispute(ana).standing.level is Level.EXTERNAL

    reviewed(ana)
    page.reload()
    expect(page.get_by_text("Decided for the member").first).to_be_visible()
    expect(page.get_by_text("The scan is paid.").first).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^I asked for it"))).to_have_count(0)
    check_page(page)


def reviewed(member):
    """Let the reviewers outside decide for the member, and carry it out."""
    said = {"now": timezone.now(), "actor": a_worker("grievances")}
    found = working.mark_done(dispute=the_dispute(member), step=Step.DOCUMENTS, **said)
    found = working.decide(
        dispute=found, outcome=Outcome.OVERTURNED, reason="The scan was needed.",
        notice_on=timezone.localdate(), **said,
    )  # fmt: skip
    working.carry_out(dispute=found, what="The scan is paid.", **said)


def test_a_complaint_is_filed_in_spanish_without_scripts(visit, ana):
    page = visit(NARROW, java_script_enabled=False)
    sign_in(page)
    home = page.url.split("/account")[0]
    page.context.add_cookies([{"name": "django_language", "value": "es", "url": home}])
    page.goto("/disputes/new/")
    page.get_by_text("No me gustó cómo me trataron o atendieron").click()
    press(page, "Guardar y continuar")
    page.locator("[name=happened_on]").fill(in_days(-2).isoformat())
    press(page, "Guardar y continuar")
    page.locator("[name=need]").fill("Esperé tres horas y nadie me dijo nada.")
    press(page, "Guardar y continuar")
    press(page, "Enviar")

    expect(page.get_by_text("Decidimos a más tardar el")).to_be_visible()
    (listed,) = list_own_disputes(member_ids=(ana.id,))
    assert listed.matter == "grievance"


def test_a_late_appeal_is_taken_with_its_reason(visit, ana):
    account = an_account(holder=a_member(region="california"))
    covered(account, (ana, "18"), coverage_type=CoverageType.MEDICARE)
    page = visit(PHONE)
    sign_in(page)
    page.goto("/disputes/new/")
    page.get_by_text("I disagree with a decision about my coverage").click()
    press(page, "Save and continue")
    page.get_by_text("denied, $480.00").click()
    page.get_by_label("Date on the decision letter").fill(in_days(-100).isoformat())
    press(page, "Save and continue")
    page.get_by_label("What happened, and why do you disagree?").fill("My doctor ordered the scan.")
    press(page, "Save and continue")
    expect(page.get_by_text("File it all the same")).to_be_visible()
    check_page(page)
    page.get_by_label("What kept you from filing in time?").fill("I was in the hospital.")
    press(page, "Save and continue")
    press(page, "Send it")

    expect(page.get_by_text("A person looks first at why it came late.")).to_be_visible()
    assert the_dispute(ana).was_late
