"""Who decides, reviews and owns a dispute at the desk; why a date is so, and what the file holds."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from openmember.cases.documents.services import add_documents
from openmember.cases.services.steps import again
from openmember.cases.testing import a_supervisor, a_worker
from openmember.desk.tests import disputes
from openmember.desk.tests.disputes import a_pdf, act, decided, desk_as, filed
from openmember.desk.tests.reading import words
from openmember.documents.testing import a_file
from openmember.grievances.types import (
    Law,
)
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Role

settings_of_tests = disputes.settings_of_tests
rosa = disputes.rosa
desk = disputes.desk


# Who may


def test_whoever_made_the_decision_gets_neither_the_dispute_nor_a_say_in_it(client_of):
    leo = a_worker("grievances", role=Role.NURSE, first_name="Leo")
    dispute = filed(decider_id=leo.id)
    vera = desk_as(client_of, a_supervisor("grievances"))
    theirs = desk_as(client_of, leo)

    given = act(vera, dispute, "assign", person=leo.id)
    asked = act(vera, dispute, "reviewer", person=leo.id, specialty="Radiology")
    taken = act(theirs, dispute, "take")
    decision = decided(theirs, dispute)
    theirs.client.post(reverse("desk:cases_next"))

    barred = "Whoever made the disputed decision cannot work on the dispute."
    assert barred in words(given)
    assert barred in words(taken)
    assert asked.status_code in {422, 200}
    assert "cannot decide about it or review it" in words(decision)
    assert again(dispute.case_id).owner_id is None
    assert fetch_one("SELECT count(*) AS n FROM grievances_reviewer").n == 0


def test_the_database_gives_no_dispute_to_whoever_decided(rosa):
    dispute = filed(decider_id=rosa.id)

    with pytest.raises(Exception, match="cases_not_theirs"):
        fetch_all(
            "UPDATE cases_case SET owner_id = %(u)s, owner_name = 'Rosa' WHERE id = %(c)s",
            {"u": rosa.id, "c": dispute.case_id},
        )


def test_a_clinician_is_asked_and_gives_one_opinion(desk, client_of):
    dispute = filed()
    nora = a_worker("grievances", role=Role.NURSE, first_name="Nora")
    theirs = desk_as(client_of, nora)

    early = act(theirs, dispute, "opinion", opinion="Needed")
    act(desk, dispute, "reviewer", person=nora.id, specialty="Radiology")
    act(theirs, dispute, "opinion", opinion="The scan is needed: guideline 4.")
    page = words(desk.get("dispute", dispute.case_number))

    assert "Nobody asked for an opinion of yours" in words(early)
    assert "Nora" in page
    assert "The scan is needed: guideline 4." in page
    with pytest.raises(Exception, match="never changes"):
        fetch_all("UPDATE grievances_reviewer SET opinion = 'x'")


def test_the_law_s_clock_is_not_moved_by_hand_on_the_case_page(desk):
    dispute = filed()
    case = again(dispute.case_id)
    before = case.due_at

    page = desk.get("case", dispute.case_number).content.decode()
    for name in ("extend", "move", "category"):
        desk.client.post(
            reverse("desk:case", args=[dispute.case_number]),
            {"act": name, "added": 30, "why": "x", "to": "resolved", "answer": "x", "version": case.version},
        )  # fmt: skip

    assert reverse("desk:dispute", args=[dispute.case_number]) in page
    assert 'id="act-extend"' not in page
    assert 'id="act-move"' not in page
    assert again(dispute.case_id).due_at == before
    assert again(dispute.case_id).is_open


# Why, and the file


def test_a_date_is_explained_with_its_rule_law_and_what_lost(desk):
    dispute = filed(law=Law.GROUP, place="CA")

    page = words(desk.get("dispute_dates", dispute.case_number))

    assert "calendar days after receipt" in page
    assert "CFR" in page
    assert "Did not govern" in page
    assert "It would give the plan more time." in page or "It gives the same date." in page


def test_the_file_has_its_pages_numbered_and_an_index(desk, rosa):
    dispute = filed()
    case = again(dispute.case_id)
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 64
    uploads = [
        a_pdf("＝records.pdf", 12),
        SimpleUploadedFile("scan.png", png),
        a_pdf("letter.pdf", 2),
    ]
    add_documents(case=case, uploads=uploads, is_visible=True, now=timezone.now(), actor=rosa)

    page = words(desk.get("dispute", dispute.case_number))
    index = desk.get("dispute_index", dispute.case_number)

    assert "1–12" in page
    lines = index.content.decode().splitlines()
    assert [line.split(",")[2:4] for line in lines[1:]] == [["1", "12"], ["13", "13"], ["14", "15"]]
    assert lines[1].split(",")[1].startswith("'＝")


def test_a_broken_pdf_is_one_page_not_counted(desk, rosa):
    dispute = filed()
    add_documents(
        case=again(dispute.case_id), uploads=[a_file()], is_visible=True, now=timezone.now(), actor=rosa
    )  # fmt: skip

    assert "(not counted)" in words(desk.get("dispute", dispute.case_number))
