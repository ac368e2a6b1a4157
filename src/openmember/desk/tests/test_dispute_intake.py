"""A dispute is taken in at the desk: what is asked, what it becomes, and from when it counts."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases.documents.services import add_documents, list_documents
from openmember.cases.services.steps import again
from openmember.cases.testing import a_case, a_supervisor, a_worker, seen
from openmember.cases.types import Channel
from openmember.coverage.testing import covered
from openmember.coverage.types import CoverageType
from openmember.desk.tests import disputes
from openmember.desk.tests.disputes import a_pdf, desk_as
from openmember.desk.tests.reading import words
from openmember.documents.testing import a_file
from openmember.grievances.queries import get_dispute
from openmember.grievances.testing import clock
from openmember.grievances.types import (
    AskedBy,
    Law,
    Speed,
    Step,
)
from openmember.kernel.sql import fetch_one
from openmember.members.queries import get_member
from openmember.payments.testing import a_member, an_account

settings_of_tests = disputes.settings_of_tests
rosa = disputes.rosa
desk = disputes.desk


def intake(desk, **fields):
    now = timezone.localtime(timezone=ZoneInfo("America/Los_Angeles")) - timedelta(hours=1)
    given = {
        "key": "form-1", "who": desk.account.holder_id, "asked_by": "member", "matter": "appeal",
        "care": "pre_service", "need": "They refused my scan.", "notice_on": "2026-11-01",
        "channel": "phone", "received_on": now.date().isoformat(), "received_at": f"{now:%H:%M}",
        **fields,
    }  # fmt: skip
    return desk.send("new_dispute", **given)


def only():
    return get_dispute(dispute_id=fetch_one("SELECT id FROM grievances_dispute").id)


@pytest.fixture
def opened(desk):
    account = an_account(holder=a_member(region="california"))
    desk.open(account, "letter")
    return desk


def test_the_post_counts_from_its_stamp_with_its_files(opened, rosa):
    page = opened.get("new_dispute")
    assert page.context["form"].initial["received_on"] is None

    answer = intake(
        opened, channel="mail", received_on="2026-11-10", received_at="09:30",
        documents=[a_pdf("a.pdf", 2), a_pdf("b.pdf", 3)],
    )  # fmt: skip

    dispute = only()
    assert "It is filed. Tell them its number" in words(answer)
    assert dispute.standing.received_at == datetime(2026, 11, 10, 17, 30, tzinfo=UTC)
    assert len(list_documents(case=again(dispute.case_id))) == 2
    assert again(dispute.case_id).channel is Channel.MAIL


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"need": ""}, "and what they want –"),
        ({"care": ""}, "Say which care it is about"),
        ({"notice_on": ""}, "Ask for the date on the letter"),
        ({"notice_on": "2099-01-01"}, "Choose today or an earlier day."),
        ({"received_on": "2099-01-01"}, "Choose today or an earlier day."),
        ({"asked_by": "representative", "asked_name": "Leo Cruz"}, "Have the appointment form first"),
        ({"asked_by": "provider"}, "Say who asks for the member."),
        ({"asked_by": "proxy"}, "Choose somebody this member let in"),
        ({"fast": "wish"}, "Say what makes it urgent."),
        ({"decider": "nobody@example.org"}, "Nobody of the staff signs in"),
        ({"law": "ma"}, "Say why another law governs"),
        ({"served_from": "2026-11-05", "served_until": "2026-11-01"}, "before the first day"),
        ({"need": "I have crushing chest pain right now"}, "911"),
    ],
)  # fmt: skip
def test_what_is_missing_is_asked_for_and_nothing_is_filed(opened, fields, said):
    answer = intake(opened, **fields)

    assert answer.status_code == 422
    assert said in words(answer)
    assert fetch_one("SELECT count(*) AS n FROM grievances_dispute").n == 0


def test_an_appeal_without_a_letter_is_taken_and_is_in_time(opened):
    member = get_member(member_id=opened.account.holder_id)
    covered(opened.account, (member, "18"), coverage_type=CoverageType.MEDICARE)

    answer = intake(opened, notice_on="", no_letter="on")

    assert "It is filed." in words(answer)
    assert only().notice_on is None
    assert clock(only().standing, Step.FILE).started_at == only().standing.received_at
    assert not only().was_late


def test_one_form_files_one_dispute(opened):
    intake(opened)
    second = intake(opened)

    assert second.status_code == 422
    assert fetch_one("SELECT count(*) AS n FROM grievances_dispute").n == 1


def test_the_law_is_the_coverage_s_and_a_specialist_says_otherwise_with_a_reason(opened, client_of):
    member = get_member(member_id=opened.account.holder_id)
    covered(opened.account, (member, "18"), coverage_type=CoverageType.MEDICARE)
    assert "Medicare Advantage" in words(opened.get("new_dispute"))

    intake(opened, law="group", law_why="Retiree plan of the employer")

    dispute = only()
    assert dispute.standing.track.law is Law.GROUP
    assert dispute.events[0].event.detail["law_why"] == "Retiree plan of the employer"
    assert "Not the coverage’s own" in words(opened.get("dispute", dispute.case_number))


def test_whoever_answers_members_takes_it_in_with_files_and_chooses_no_law(client_of):
    tia = desk_as(client_of, a_worker("member_services"))
    account = an_account(holder=a_member(region="california"))
    tia.open(account, "caller")

    assert "law" not in tia.get("new_dispute").context["form"].fields
    answer = intake(tia, law="ma", law_why="x", documents=[a_pdf("a.pdf", 1)])

    dispute = only()
    assert dispute.standing.track.law is Law.INDIVIDUAL
    assert dispute.case_number in words(answer)
    assert len(list_documents(case=again(dispute.case_id))) == 1
    assert tia.get("dispute", dispute.case_number).status_code == 404


def test_a_case_is_filed_as_a_dispute_with_its_words_and_documents(client_of):
    vera = a_supervisor("grievances", "billing")
    desk = desk_as(client_of, vera)
    account = an_account(holder=a_member(region="california"))
    desk.account = account
    case = a_case(
        get_member(member_id=account.holder_id), category="bill_question", now=timezone.now(),
        need="They refused my scan.", bill="May",
    )  # fmt: skip
    add_documents(case=case, uploads=[a_file()], is_visible=True, now=timezone.now(), actor=vera)

    page = desk.client.post(reverse("desk:case_dispute", args=[case.number]), follow=True)
    answer = intake(desk, need=page.context["form"].initial["need"])

    dispute = only()
    assert page.context["form"].initial["who"] == account.holder_id
    new = seen(again(dispute.case_id), vera)
    assert new.need == "They refused my scan."
    assert len(list_documents(case=new)) == 1
    link = fetch_one("SELECT target FROM cases_link WHERE case_id = %(id)s", {"id": new.id})
    assert link.target == case.number
    assert answer.status_code == 200


def test_a_representative_with_the_form_and_a_reviewable_wish_are_kept(opened):
    intake(
        opened, asked_by="representative", asked_name="Leo Cruz", form_seen="on", fast="wish",
        wish="I am in pain", decider="",
    )  # fmt: skip

    dispute = only()
    assert (dispute.asked_by, dispute.asked_name) == (AskedBy.REPRESENTATIVE, "Leo Cruz")
    assert dispute.events[0].event.detail["form_seen"] is True
    assert dispute.standing.speed is Speed.STANDARD


def test_the_member_at_a_glance_shows_open_disputes_with_the_next_date(opened):
    intake(opened)

    page = words(opened.get("account"))

    assert only().case_number in page
    assert "Confirm in writing that it came" in page or "Decide by" in page
