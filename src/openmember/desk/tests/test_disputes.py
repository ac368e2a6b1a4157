"""Disputes at the desk: taken in, queued, worked; what each refusal says; two at once."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfWriter

from openmember.cases.documents.services import add_documents, list_documents
from openmember.cases.services.steps import again
from openmember.cases.testing import a_case, a_supervisor, a_worker, seen
from openmember.cases.types import Channel, Status
from openmember.coverage.testing import covered
from openmember.coverage.types import CoverageType
from openmember.desk.tests.conftest import Desk
from openmember.desk.tests.reading import words
from openmember.documents.testing import a_file
from openmember.grievances import queue
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import working
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.testing import clock
from openmember.grievances.types import (
    AskedBy,
    Care,
    Kind,
    Law,
    Level,
    Matter,
    NewDispute,
    Outcome,
    Speed,
    Step,
    Track,
)
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members import models
from openmember.members.proxies.services import allow
from openmember.members.proxies.types import Basis, For
from openmember.members.queries import get_member
from openmember.members.types import Role
from openmember.payments.testing import a_member, an_account

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def settings_of_tests(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def rosa(db):
    return a_worker("grievances", role=Role.APPEALS)


@pytest.fixture
def desk(client_of, rosa) -> Desk:
    return desk_as(client_of, rosa)


def desk_as(client_of, actor) -> Desk:
    return Desk(client_of(models.User.objects.get(id=actor.id)))


def email_of(actor) -> str:
    return models.User.objects.get(id=actor.id).email


def filed(*, law=Law.INDIVIDUAL, place="CA", care=Care.PRE_SERVICE, ago=DAY, member=None, **said):
    matter = said.pop("matter", Matter.APPEAL)
    new = NewDispute(
        track=Track(matter, law, place, care), member_id=(member or a_member()).id, account_number=None,
        need="The scan my doctor ordered was refused.", **said,
    )  # fmt: skip
    now = timezone.now()
    return file_dispute(
        new=new, channel=Channel.PHONE, received_at=now - ago, now=now, actor=a_worker("grievances")
    )


def act(desk, dispute, name, *, serial=None, **fields):
    now = get_dispute(dispute_id=dispute.id)
    shown = len(now.events) if serial is None else serial
    return desk.client.post(
        reverse("desk:dispute", args=[dispute.case_number]),
        {"act": name, "serial": shown, **fields}, follow=True,
    )  # fmt: skip


def kinds(dispute):
    return [one.event.kind for one in get_dispute(dispute_id=dispute.id).events]


def today(dispute):
    return timezone.localdate(timezone=ZoneInfo(dispute.standing.zone))


def decided(desk, dispute, outcome="upheld", code="not_covered", **fields):
    given = {
        "outcome": outcome, "code": code, "criteria": "Policy 12", "reason": "It is not covered.",
        "notice_on": today(dispute), **fields,
    }  # fmt: skip
    return act(desk, dispute, "decide", **given)


def a_pdf(name: str, pages: int) -> SimpleUploadedFile:
    writer, kept = PdfWriter(), BytesIO()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    writer.write(kept)
    return SimpleUploadedFile(name, kept.getvalue(), "application/pdf")


# The queue


def test_the_queue_shows_what_is_due_first_first_and_how_late(desk):
    late, later = filed(place="OR", ago=300 * DAY), filed(place="OR")

    page = desk.get("disputes")

    numbers = [row["dispute"].case_number for row in page.context["rows"]]
    assert numbers == [late.case_number, later.case_number]
    assert "days late" in words(page)
    assert page.context["counts"].late == 1


def test_what_stands_still_and_what_others_decide_is_shown_apart(desk, rosa):
    tolled = filed(law=Law.SELF_FUNDED, place="US")
    working.toll(dispute=tolled, why="A new opinion", now=timezone.now(), actor=rosa)
    outside = filed(place="WA", ago=2 * DAY)
    act(desk, outside, "acknowledge")
    decided(desk, outside)
    act(desk, outside, "escalate", level="external")
    for step in queue_steps(outside):
        found = get_dispute(dispute_id=outside.id)
        working.mark_done(dispute=found, step=Step(step), now=timezone.now(), actor=rosa)

    shown = {
        where: [row["dispute"].id for row in desk.get("disputes", where=where).context["rows"]]
        for where in ("due", "tolled", "outside")
    }

    assert shown["tolled"] == [tolled.id]
    assert shown["outside"] == [outside.id]
    assert outside.id not in shown["due"]


def queue_steps(dispute):
    found = get_dispute(dispute_id=dispute.id).standing
    return [
        one.step.value for one in found.clocks
        if one.whose == "plan" and one.met_at is None and one.visit == found.visit
    ]  # fmt: skip


def test_the_queue_is_narrowed_and_pages_follow_one_another(desk, rosa):
    mine, fast = filed(), filed(speed=Speed.EXPEDITED)
    other = filed(law=Law.MEDICARE_ADVANTAGE, place="MD")
    act(desk, mine, "take")

    def shown(**asked):
        return {row["dispute"].id for row in desk.get("disputes", **asked).context["rows"]}

    assert shown(whose="mine") == {mine.id}
    assert shown(whose="nobody") == {fast.id, other.id}
    assert shown(speed="expedited") == {fast.id}
    assert shown(law="ma") == {other.id}
    assert shown(matter="billing") == set()
    first = queue.list_queue(asked=queue.Asked(), actor=rosa, size=2)
    place = queue.Place.of_text(first.next.as_text())
    second = queue.list_queue(asked=queue.Asked(), actor=rosa, after=place, size=2)
    assert len({one.id for page in (first, second) for one in page.rows}) == 3


@pytest.mark.parametrize("after", ["1_99999999999999999999", "1_" + "9" * 5000, "nan_1", "x_1"])
def test_a_place_that_is_none_shows_the_first_page(desk, after):
    dispute = filed()

    page = desk.get("disputes", after=after)
    second = act(desk, dispute, "acknowledge", serial="9" * 5000)

    assert [row["dispute"].id for row in page.context["rows"]] == [dispute.id]
    assert second.status_code == 200
    assert kinds(dispute) == [Kind.RECEIVED]


def test_a_late_page_of_the_queue_walks_the_index_from_its_place(rosa):
    some = filed()
    for name, value in (
        ("enable_seqscan", "off"),
        ("enable_sort", "off"),
        ("enable_bitmapscan", "off"),
    ):
        fetch_all(f"SET LOCAL {name} = {value}")
    place = queue.Place(get_dispute(dispute_id=some.id).standing.next_due.due_at, some.id)
    values = queue.queue_values(queue.Asked(), rosa, place, 50)

    plan = fetch_all("EXPLAIN " + (queue.SQL / "queue.sql").read_text(encoding="utf-8"), values)

    said = " ".join(str(row[0]) for row in plan)
    assert "Index Scan using grievances_queue" in said
    assert "Index Cond: ((due_at IS NOT NULL) AND (ROW(due_at, id)" in said or "ROW(" in said
    assert "Sort" not in said


@pytest.mark.parametrize(
    ("role", "status"), [(Role.CASHIER, 403), (Role.FINANCE, 403), (Role.APPEALS, 200)]
)
def test_who_works_no_cases_is_kept_out(desk_of, role, status):
    assert desk_of(role).get("disputes").status_code == status


def test_another_team_finds_no_dispute(client_of):
    dispute = filed()
    other = desk_as(client_of, a_worker("billing"))

    for name in ("dispute", "dispute_dates", "dispute_index"):
        assert other.get(name, dispute.case_number).status_code == 404
    assert other.get("disputes").context["rows"] == []


# One dispute


def test_the_page_asks_a_bounded_number_of_times(desk, django_assert_max_num_queries):
    dispute = filed()
    desk.get("dispute", dispute.case_number)

    with django_assert_max_num_queries(30):
        desk.get("dispute", dispute.case_number)
    with django_assert_max_num_queries(14):
        desk.get("disputes")
    with django_assert_max_num_queries(14):
        desk.get("dispute_dates", dispute.case_number)


def test_who_may_act_for_the_member_stands_beside_the_dispute_with_the_form_s_days(desk):
    member = a_member()
    allow(
        member_id=member.id, proxy_id=a_member(first="Leo").id, may=frozenset({For.DISPUTES}),
        basis=Basis.APPOINTMENT, until=None, signed_on=timezone.localdate() - DAY,
        now=timezone.now(), actor=a_worker("member_services"),
    )  # fmt: skip

    page = words(desk.get("dispute", filed(member=member).case_number))

    for said in ("May act for the member", "Leo Ruiz", "Appointed representative", "signed"):
        assert said in page


def test_only_what_the_log_allows_is_offered(desk):
    dispute = filed(place="GA")

    before = {one["name"] for one in desk.get("dispute", dispute.case_number).context["acts"]}
    decided(desk, dispute)
    after = {one["name"] for one in desk.get("dispute", dispute.case_number).context["acts"]}

    assert {"acknowledge", "decide", "dismiss", "withdraw", "relabel"} <= before
    assert not before & {
        "delivered",
        "escalate",
        "carry_out",
        "reopen",
        "vacate",
        "extend",
        "refuse",
    }
    assert {"delivered", "escalate", "reopen"} <= after
    assert not after & {"decide", "withdraw", "carry_out", "relabel"}


def test_more_time_where_the_law_gives_none_is_refused_in_words(desk):
    dispute = filed(place="GA")

    assert "More time: the law gives none" in words(desk.get("dispute", dispute.case_number))
    answer = act(desk, dispute, "extend", days=14, why="Records")

    assert "The law gives no more time for this decision." in words(answer)
    assert kinds(dispute) == [Kind.RECEIVED]


def test_more_time_where_it_gives_some_moves_the_date_and_not_twice(desk):
    dispute = filed(law=Law.MEDICARE_ADVANTAGE, place="MD")

    refused = act(desk, dispute, "extend", days=15, why="Records")
    taken = act(desk, dispute, "extend", days=14, why="Records")
    again_ = act(desk, dispute, "extend", days=1, why="Records")

    assert "The law gives fewer days than that." in words(refused)
    assert refused.status_code == 422
    assert "There is more time." in words(taken)
    assert "More time was taken already" in words(again_)


def test_the_clock_stands_still_with_the_notice_until_a_day_and_goes_on_when_the_answer_came(desk):
    dispute = filed(law=Law.SELF_FUNDED, place="US", matter=Matter.DETERMINATION, ago=3 * DAY)
    day = today(dispute)

    early = act(desk, dispute, "toll", why="Records", until=day + 45 * DAY)
    act(desk, dispute, "extend", days=15, why="Records")
    short = act(desk, dispute, "toll", why="Records", until=day + 44 * DAY)
    act(desk, dispute, "toll", why="Records", until=day + 45 * DAY)
    future = act(desk, dispute, "resume", came_on=day + DAY)
    page = words(desk.get("dispute_dates", dispute.case_number))
    act(desk, dispute, "resume", came_on=day)

    assert "Take more time first" in words(early)
    assert "The law gives the member more days to answer." in words(short)
    assert "Choose today or an earlier day." in words(future)
    assert "Send what was asked for" in page
    assert kinds(dispute)[1:] == [Kind.EXTENDED, Kind.TOLLED, Kind.RESUMED]


def test_a_file_added_at_the_desk_as_the_answer_lets_the_clock_go_on(desk, rosa):
    dispute = filed(law=Law.SELF_FUNDED, place="US")
    working.toll(dispute=dispute, why="A new opinion", now=timezone.now(), actor=rosa)
    address = reverse("desk:case", args=[dispute.case_number])
    version = again(dispute.case_id).version

    assert "It is what we asked for" in words(desk.get("case", dispute.case_number))
    for n, fields in enumerate(({}, {"is_answer": "on"})):
        files = {"documents": [a_pdf(f"{n}.pdf", n + 1)]}
        desk.client.post(address, {"act": "documents", "version": version, **fields, **files})
        assert (kinds(dispute)[-1] is Kind.RESUMED) is bool(fields)
    assert "It is what we asked for" not in words(desk.get("case", dispute.case_number))


def test_the_second_of_two_at_once_is_told_who_was_there(desk, client_of):
    dispute = filed()
    other = desk_as(client_of, a_worker("grievances", first_name="Leo"))
    shown = len(dispute.events)

    act(other, dispute, "acknowledge", serial=shown)
    answer = decided(desk, dispute, serial=shown)

    assert "Leo did something here meanwhile." in words(answer)
    assert "It is not covered." in words(answer)
    assert kinds(dispute) == [Kind.RECEIVED, Kind.ACKNOWLEDGED]


def test_a_decision_has_a_reason_that_goes_with_it_and_a_letter_not_dated_before(desk):
    dispute = filed()

    wrong = decided(desk, dispute, outcome="overturned", code="not_covered")
    early = decided(desk, dispute, notice_on=today(dispute) - DAY)
    empty = decided(desk, dispute, reason="")

    assert "This reason does not go with that outcome." in words(wrong)
    assert "A letter is not dated before the decision." in words(early)
    assert empty.status_code == 422
    assert kinds(dispute) == [Kind.RECEIVED]


def test_the_case_is_settled_with_the_answer_and_opens_again_with_the_dispute(desk):
    dispute = filed()

    decided(desk, dispute)
    settled = again(dispute.case_id)
    act(desk, dispute, "escalate", level="external")
    opened = again(dispute.case_id)

    assert settled.status is Status.RESOLVED
    assert settled.resolution == "The decision stands. It is not covered."
    assert opened.status is Status.REOPENED
    assert get_dispute(dispute_id=dispute.id).standing.level is Level.EXTERNAL


def test_what_was_decided_for_the_member_closes_only_when_it_is_carried_out(desk):
    account = an_account()
    holder = get_member(member_id=account.holder_id)
    dispute = filed(member=holder, law=Law.MEDICARE_ADVANTAGE, place="MD", speed=Speed.EXPEDITED)

    decided(desk, dispute, outcome="overturned", code="criteria_met")
    still_open = again(dispute.case_id).is_open
    unknown = act(desk, dispute, "carry_out", what="Paid", kind="bill", reference="B-999-99")
    done = {"what": "The scan is approved", "kind": "authorization", "reference": "AUTH-17"}
    act(desk, dispute, "carry_out", **done)

    assert still_open
    assert unknown.status_code == 422
    closed = again(dispute.case_id)
    assert closed.status is Status.RESOLVED
    assert closed.resolution.endswith("The scan is approved.")
    last = get_dispute(dispute_id=dispute.id).events[-1].event
    assert last.detail["reference"] == "AUTH-17"


def test_nothing_decided_for_the_member_is_not_carried_out(desk):
    dispute = filed()
    decided(desk, dispute)

    answer = act(desk, dispute, "carry_out", what="Paid", kind="", reference="")

    assert "Nothing was decided for the member" in words(answer)


def test_a_dismissal_is_taken_back_and_a_withdrawal_ends_it(desk):
    dismissed, withdrawn = filed(), filed()

    given = {"code": "too_late", "reason": "It came late.", "notice_on": today(dismissed)}
    act(desk, dismissed, "dismiss", **given)
    act(desk, dismissed, "vacate", why="There was good cause")
    act(desk, withdrawn, "withdraw", why="The member called")

    assert kinds(dismissed)[-1] is Kind.VACATED
    assert again(dismissed.case_id).is_open
    assert again(withdrawn.case_id).status is Status.RESOLVED


def test_a_delivery_is_noted_with_what_shows_it_and_not_in_the_future(desk):
    dispute = filed()
    decided(desk, dispute)

    refused = act(desk, dispute, "delivered", on=today(dispute) + 9 * DAY, how="Receipt 7")
    act(desk, dispute, "delivered", on=today(dispute), how="Receipt 7")

    assert "Choose today or an earlier day." in words(refused)
    assert get_dispute(dispute_id=dispute.id).standing.decision.delivered_on == today(dispute)


def test_without_a_clinicians_word_only_who_may_judge_makes_it_fast(desk, client_of):
    dispute = filed(wish="I am in pain")
    nurse = desk_as(client_of, a_worker("grievances", role=Role.NURSE))

    shown = words(desk.get("dispute", dispute.case_number))
    refused = act(desk, dispute, "expedite", why="Pain")
    kept_out = act(desk, dispute, "refuse", why="No")
    act(nurse, dispute, "refuse", why="Waiting puts nothing at risk")

    assert "The member wants a fast decision. Grant it or refuse it: I am in pain" in shown
    assert "a nurse, pharmacist or supervisor decides this" in words(refused)
    assert kept_out.status_code == 403
    assert kinds(dispute) == [Kind.RECEIVED, Kind.EXPEDITE_REFUSED]


def test_a_relabelled_dispute_keeps_the_day_it_came(desk):
    dispute = filed(matter=Matter.GRIEVANCE, care=Care.SERVICE)

    refused = act(desk, dispute, "relabel", matter="appeal", care="service", why="About a denial")
    act(desk, dispute, "relabel", matter="appeal", care="pre_service", why="About a denial")

    after = get_dispute(dispute_id=dispute.id).standing
    assert "An appeal is about care: say which." in words(refused)
    assert (after.track.matter, after.received_at) == (Matter.APPEAL, dispute.standing.received_at)


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


# Intake


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


def test_what_is_owed_after_the_decision_stays_in_the_queue(desk, rosa):
    dispute = filed(law=Law.MEDICARE_ADVANTAGE, place="MD")
    decided(desk, dispute)

    (row,) = queue.list_queue(asked=queue.Asked(), actor=rosa).rows

    assert (row.id, row.due_step) == (dispute.id, "forward")
    act(desk, dispute, "escalate", level="ire")
    (decision,) = get_dispute(dispute_id=dispute.id).standing.decisions
    assert decision.outcome is Outcome.UPHELD
