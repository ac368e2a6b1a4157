"""A member's letters about a dispute: on its page, on the screen and as files; opening one is receipt."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.grievances.letters.queries import list_letters
from openmember.grievances.queries import get_dispute
from openmember.letters.rendering import braille
from openmember.portal.tests import test_disputes as disputes
from openmember.portal.tests.test_disputes import denied, filed

pytestmark = pytest.mark.django_db
documents_folder = disputes.documents_folder


@pytest.fixture
def ana(holder_of):
    return holder_of(region="california", language="en")


def said(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def open_letter(browser, dispute, reference="1-m"):
    return browser.client.get(
        reverse("portal:dispute_letter", args=[dispute.case_number, reference])
    )


def test_the_page_of_a_dispute_lists_its_letters_and_shows_one_with_every_form(ana):
    dispute = denied(filed(ana.account.holder_id))

    page = said(ana.get("dispute", dispute.case_number))
    letter = open_letter(ana, dispute, "2-m")

    assert "Letters from us" in page
    assert "We have it: your appeal" in page
    assert "Our decision about your appeal: the first decision stands" in page
    assert "What you can do if you disagree" in said(letter)
    for name, begins in (
        ("document.pdf", b"%PDF"), ("large-print.pdf", b"%PDF"), ("document.txt", b"Kaiser Permanente"),
        *([("document.brf", b"")] if braille.is_available() else []),
    ):  # fmt: skip
        address = reverse("portal:dispute_letter_file", args=[dispute.case_number, "2-m", name])
        assert address in letter.content.decode()
        assert ana.client.get(address).content.startswith(begins)


def test_opening_the_decision_is_its_receipt_and_it_is_new_no_more(ana):
    dispute = denied(filed(ana.account.holder_id))
    before = said(ana.get("dispute", dispute.case_number))

    open_letter(ana, dispute, "2-m")
    open_letter(ana, dispute, "2-m")

    after = get_dispute(dispute_id=dispute.id)
    assert before.count("New") > said(ana.get("dispute", dispute.case_number)).count("New")
    assert after.standing.decision.delivered_on == timezone.localdate()
    assert len(after.events) == len(dispute.events) + 1


def test_a_letter_opened_among_all_documents_has_arrived_too(ana):
    dispute = denied(filed(ana.account.holder_id))
    letter = list_letters(dispute=dispute)[0].letter

    assert ana.get("letter", letter.reference).status_code == 200
    assert get_dispute(dispute_id=dispute.id).standing.decision.delivered_on == timezone.localdate()


def test_nobody_else_s_letter_is_found_and_no_copy_for_others(ana, holder_of):
    dispute = filed(ana.account.holder_id)
    stranger = holder_of()

    assert open_letter(stranger, dispute).status_code == 404
    assert open_letter(ana, dispute, "1-r").status_code == 404
    assert open_letter(ana, dispute, "7-m").status_code == 404
    nothing = reverse("portal:dispute_letter_file", args=[dispute.case_number, "1-m", "x"])
    assert ana.client.get(nothing).status_code == 404


def test_a_letter_s_page_asks_the_database_a_bounded_number_of_times(
    ana, django_assert_max_num_queries
):
    dispute = denied(filed(ana.account.holder_id))
    open_letter(ana, dispute, "2-m")

    with django_assert_max_num_queries(34):
        open_letter(ana, dispute, "2-m")
