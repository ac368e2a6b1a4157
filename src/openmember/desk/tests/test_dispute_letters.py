"""The letters of a dispute at the desk: read before the act, listed, printed again, and what became of them."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.accounts.testing import an_account
from openmember.cases.testing import a_worker
from openmember.desk.tests import disputes
from openmember.desk.tests.disputes import act, decided, desk_as, filed, kinds, today
from openmember.desk.tests.reading import words
from openmember.grievances.letters.queries import list_letters
from openmember.grievances.queries import get_dispute
from openmember.grievances.types import AskedBy, Kind
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters import delivery, printing
from openmember.members.testing import TESTER, a_member
from openmember.members.types import Role

pytestmark = pytest.mark.django_db
settings_of_tests = disputes.settings_of_tests


@pytest.fixture
def desk(client_of):
    return desk_as(client_of, a_worker("grievances", role=Role.APPEALS))


def said(response) -> str:
    """Return the words of a page without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", words(response)).split())


def on_account(**facts):
    holder = a_member(**facts)
    an_account(holder=holder)
    return holder


def letter_page(desk, dispute, reference="1-m"):
    return desk.client.get(reverse("desk:dispute_letter", args=[dispute.case_number, reference]))


def post(desk, dispute, reference="1-m", **given):
    address = reverse("desk:dispute_letter", args=[dispute.case_number, reference])
    return desk.client.post(address, given, follow=True)


def test_the_letter_is_read_before_it_is_decided_with_each_element_ticked(desk):
    dispute = filed(member=on_account())

    page = said(decided(desk, dispute, read="yes"))

    assert "The letter, as it goes out" in page
    assert "Our decision about your appeal: the first decision stands" in page
    assert "Department of Managed Health Care" in page
    assert "Says it the criteria it was measured by" in page
    assert "Lacks it" not in page
    assert kinds(dispute) == [Kind.RECEIVED]


def test_what_the_letter_lacks_is_seen_when_it_is_read_and_refuses_the_act(desk):
    dispute = filed(member=on_account())

    read = said(decided(desk, dispute, criteria="", read="yes"))
    tried = said(decided(desk, dispute, criteria=""))

    assert "Lacks it the criteria it was measured by" in read
    assert "The letter would not say what it must: the criteria it was measured by." in tried
    assert kinds(dispute) == [Kind.RECEIVED]


def test_who_decides_is_told_in_which_language_the_member_reads(desk):
    page = words(decided(desk, filed(member=on_account(language="es")), read="yes"))

    assert "This member reads español" in page
    assert "Nuestra decisión sobre su apelación" in page


@pytest.mark.parametrize(
    ("name", "given", "subject"),
    [
        ("dismiss", {"code": "too_late", "reason": "Late."}, "We cannot decide about your appeal"),
        ("withdraw", {"why": "Settled."}, "You took it back: your appeal"),
        (
            "relabel",
            {"matter": "grievance", "care": "service", "why": "No decision."},
            "is handled as",
        ),
        ("expedite", {"by_clinician": "on", "why": "Pain"}, "We decide fast about your appeal"),
    ],
)
def test_every_act_that_writes_lets_one_read_the_letter_first(desk, name, given, subject):
    dispute = filed(member=on_account())

    page = act(desk, dispute, name, read="yes", notice_on=today(dispute), **given)

    assert subject in words(page)
    assert kinds(dispute) == [Kind.RECEIVED]


def test_the_page_lists_the_letters_and_one_is_printed_again_in_every_form(desk):
    dispute = filed(member=on_account())
    decided(desk, dispute)

    page = words(desk.client.get(reverse("desk:dispute", args=[dispute.case_number])))
    shown = words(letter_page(desk, dispute))

    assert "We have it: your appeal" in page
    assert "Waits to be sent" in page
    assert "Thank you for telling us." in shown
    for name, begins in (
        ("letter.pdf", b"%PDF"),
        ("large-print.pdf", b"%PDF"),
        ("letter.txt", b"Kaiser"),
    ):
        address = reverse("desk:dispute_letter_file", args=[dispute.case_number, "1-m", name])
        assert desk.client.get(address).content.startswith(begins)
    assert (
        fetch_one("SELECT count(*) AS n FROM kernel_audit_entry WHERE action = 'dispute.letter'").n
        == 4
    )


def test_a_copy_and_a_letter_to_nobody_s_account_are_printed_and_mailed_by_hand(desk):
    dispute = filed(asked_by=AskedBy.REPRESENTATIVE, asked_name="Bo Lee", form_seen=True)

    page = words(desk.client.get(reverse("desk:dispute", args=[dispute.case_number])))
    post(desk, dispute, act="mailed")
    after = words(post(desk, dispute, "1-r", act="mailed"))

    assert page.count("Print it and mail it") == 2
    assert "Copy for Bo Lee" in page
    assert "It is noted that it was mailed." in after
    assert Kind.ACKNOWLEDGED in kinds(dispute)
    assert all(one.left_at for one in list_letters(dispute=dispute))


def test_what_waits_for_somebody_to_mail_it_is_one_list_which_only_its_team_sees(desk, client_of):
    dispute = filed(asked_by=AskedBy.PROVIDER, asked_name="Dr. Lee")
    filed(member=on_account())
    other = desk_as(client_of, a_worker("pharmacy"))

    before = said(desk.client.get(reverse("desk:dispute_letters")))
    for reference in ("1-m", "1-r"):
        post(desk, dispute, reference, act="mailed")

    assert before.count("We have it: your appeal") == 2
    assert "Dr. Lee" in before
    assert dispute.case_number not in said(other.client.get(reverse("desk:dispute_letters")))
    assert "None waits." in said(desk.client.get(reverse("desk:dispute_letters")))
    recorded = fetch_all(
        "SELECT action FROM kernel_audit_entry WHERE action = 'dispute.letters_to_mail'"
    )
    assert len(recorded) == 3


def test_what_the_carrier_shows_starts_the_clock_of_the_right_and_a_day_to_come_is_refused(
    desk, tmp_path
):
    dispute = filed(member=on_account())
    decided(desk, dispute)
    too_early = words(
        post(desk, dispute, "2-m", act="arrived", on=today(dispute).isoformat(), how="Receipt 7")
    )
    delivery.send_letters(now=timezone.now(), actor=TESTER)
    printing.print_letters(folder=tmp_path, now=timezone.now(), actor=TESTER)

    wrong = post(desk, dispute, "2-m", act="arrived", on="2199-01-01", how="Receipt 7")
    post(desk, dispute, "2-m", act="arrived", on=today(dispute).isoformat(), how="Receipt 7")

    assert "This letter had not left by then." in too_early
    assert "It arrived: note what shows it" not in too_early
    assert "Choose today or an earlier day." in words(wrong)
    assert get_dispute(dispute_id=dispute.id).standing.decision.delivered_on == today(dispute)


def test_a_letter_that_came_back_alarms_and_says_so_on_both_pages(desk):
    dispute = filed(member=on_account())

    page = words(post(desk, dispute, act="returned", on=today(dispute).isoformat(), how="Moved"))

    assert "It came back" in page
    assert "Moved" in page
    assert fetch_one("SELECT kind FROM cases_alarm").kind == "letter_returned"


def test_letters_are_only_for_who_sees_the_dispute_and_only_its_own(desk, client_of):
    dispute = filed(member=on_account())
    other = desk_as(client_of, a_worker("pharmacy"))

    assert letter_page(desk, dispute, "9-m").status_code == 404
    assert letter_page(other, dispute).status_code in {403, 404}
    nothing = reverse("desk:dispute_letter_file", args=[dispute.case_number, "1-m", "x.pdf"])
    assert desk.client.get(nothing).status_code == 404
