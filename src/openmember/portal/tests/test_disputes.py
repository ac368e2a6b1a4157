"""A member's disputes on their pages: where they stand, every date with its reason, and the way on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases.queries import get_case
from openmember.cases.services import owning
from openmember.cases.testing import a_worker
from openmember.cases.types import Channel, Status
from openmember.grievances.amounts import at_stake
from openmember.grievances.handoffs.jobs import make_files
from openmember.grievances.handoffs.queries import list_orders
from openmember.grievances.handoffs.services import ordering
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import working
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.testing import a_law
from openmember.grievances.types import Care, Kind, Law, Level, Matter, NewDispute, Outcome, Track
from openmember.kernel.sql import fetch_one
from openmember.members.proxies import services as proxies
from openmember.members.proxies.types import Basis, For
from openmember.members.queries import get_member
from openmember.members.testing import a_member
from openmember.rulebook.clocks import proposed

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.fixture
def ana(holder_of):
    return holder_of(region="california", language="en")


def text(response) -> str:
    return response.content.decode()


def filed(
    member_id, matter=Matter.APPEAL, law=Law.INDIVIDUAL, place="CA", care=Care.PRE_SERVICE, **said
):
    now = said.pop("now", timezone.now())
    new = NewDispute(
        track=Track(matter, law, place, care), member_id=member_id, account_number=None,
        need="The scan my doctor ordered was refused.", **said,
    )  # fmt: skip
    return file_dispute(
        new=new, channel=Channel.PHONE, received_at=now, now=now, actor=a_worker("grievances")
    )


def denied(dispute, *, outcome=Outcome.UPHELD, **said):
    now = timezone.now()
    return working.decide(
        dispute=dispute, outcome=outcome, reason="The plan covers this scan after an X-ray.",
        notice_on=timezone.localdate(), now=now, actor=a_worker("grievances"),
        **{"code": "not_covered", "criteria": "Evidence of Coverage, part 4", **said},
    )  # fmt: skip


def test_the_page_says_who_decides_by_when_and_under_which_rule(ana):
    dispute = filed(ana.account.holder_id, service="MRI of the knee")

    page = text(ana.get("dispute", dispute.case_number))

    assert "We decide by" in page
    assert "30 calendar days after the request was received" in page
    assert "HSC 1368.01(a)" in page
    assert "29 CFR 2560.503-1" in page
    assert "MRI of the knee" in page
    assert "MRI of the knee" in text(ana.get("disputes"))


def test_a_corrected_rule_that_its_log_does_not_fit_leaves_the_page_open(ana, tmp_path):
    now = timezone.now()
    dispute = filed(ana.account.holder_id, law=Law.MEDICARE_ADVANTAGE, now=now - 20 * DAY)
    working.extend(
        dispute=dispute, days=14, why="Records from abroad.", now=now, actor=a_worker("grievances")
    )
    law = a_law(tmp_path, ("MA-RECON-STD", {"length": 5}))

    with proposed(law):
        page = text(ana.get("dispute", dispute.case_number))
        paper = text(ana.get("dispute_paper", dispute.case_number))
        sent = ana.post("dispute_add", dispute.case_number, note="Here is more.", key="k1")
        ana.post("dispute_withdraw", dispute.case_number, why="No", sure="on")

    assert "We decide by" in page
    assert "We are looking at a correction" in page
    assert "A rule for this was corrected" in paper
    assert "Take it back" not in page
    assert sent.status_code == 303
    assert len(get_dispute(dispute_id=dispute.id).events) == 2
    assert "We are looking at a correction" not in text(ana.get("dispute", dispute.case_number))


def test_a_denial_shows_its_reason_and_the_way_on_which_is_asked_once_for_certain(ana):
    dispute = denied(filed(ana.account.holder_id))

    page = text(ana.get("dispute", dispute.case_number))
    asked = ana.get("dispute_go_on", dispute.case_number, "external")
    ana.post("dispute_go_on", dispute.case_number, "external")
    again = ana.client.post(
        reverse("portal:dispute_go_on", args=(dispute.case_number, "external")), follow=True
    )

    assert "The plan covers this scan after an X-ray." in page
    assert "at least" in page
    assert "Nothing shows that day yet" in page
    assert "It costs you nothing" in text(asked)
    assert "This cannot be asked now" in text(again)
    found = get_dispute(dispute_id=dispute.id)
    assert found.standing.level is Level.EXTERNAL
    assert "Independent reviewers decide" in text(ana.get("dispute", dispute.case_number))


def test_after_the_last_day_one_goes_on_with_what_kept_them_from_it(ana):
    worker = a_worker("grievances")
    at = timezone.now() - 250 * DAY
    dispute = filed(ana.account.holder_id, law=Law.GROUP, place="VA", now=at - 20 * DAY)
    dispute = working.decide(
        dispute=dispute, outcome=Outcome.UPHELD, code="not_covered", criteria="EOC 4", reason="Not covered",
        notice_on=at.date(), now=at, actor=worker,
    )  # fmt: skip
    working.note_delivery(dispute=dispute, on=at.date(), how="Receipt", now=at + DAY, actor=worker)

    page = text(ana.get("dispute", dispute.case_number))
    empty = ana.post("dispute_go_on", dispute.case_number, "external", good_cause="")
    ana.post("dispute_go_on", dispute.case_number, "external", good_cause="I was in a coma.")

    assert "ask all the same and say what" in page
    assert empty.status_code == 422
    found = get_dispute(dispute_id=dispute.id)
    assert (found.standing.level, found.late_because) == (Level.EXTERNAL, "I was in a coma.")


def test_words_sent_twice_are_one_message(ana):
    dispute = filed(ana.account.holder_id)
    key = ana.get("dispute", dispute.case_number).context["add"]["key"].value()

    for _ in range(2):
        ana.post("dispute_add", dispute.case_number, note="I have more records.", key=key)

    assert fetch_one("SELECT count(*) AS n FROM threads_message").n == 1


def test_going_on_wakes_a_case_that_was_settled(ana):
    rosa = a_worker("grievances")
    dispute = denied(filed(ana.account.holder_id))
    assert get_case(number=dispute.case_number, actor=rosa).status is Status.RESOLVED

    ana.post("dispute_go_on", dispute.case_number, "external")

    assert get_case(number=dispute.case_number, actor=rosa).status is Status.REOPENED


def test_medicare_goes_to_the_review_entity_by_itself_and_nobody_has_to_ask(ana):
    dispute = denied(filed(ana.account.holder_id, law=Law.MEDICARE_ADVANTAGE))

    page = text(ana.get("dispute", dispute.case_number))
    told = ana.post("dispute_go_on", dispute.case_number, "ire")

    assert "We send the case there by ourselves" in page
    assert told["Location"] == reverse("portal:dispute", args=(dispute.case_number,))
    assert get_dispute(dispute_id=dispute.id).standing.level is Level.PLAN


def test_the_amount_that_a_hearing_needs_is_named_with_its_year(ana):
    dispute = denied(filed(ana.account.holder_id, law=Law.MEDICARE_ADVANTAGE))
    worker = a_worker("grievances")
    dispute = working.escalate(dispute=dispute, level=Level.IRE, now=timezone.now(), actor=worker)
    denied(dispute)

    page = text(ana.get("dispute", dispute.case_number))

    year = timezone.localdate().year
    assert f"({year})" in page or "the decision letter names it" in page
    assert "I asked for it" in page


def at_the_review_entity(member_id, **said):
    """A Medicare appeal denied by the plan and by the review entity."""
    worker = a_worker("grievances")
    dispute = denied(filed(member_id, law=Law.MEDICARE_ADVANTAGE, care=Care.POST_SERVICE, **said))
    dispute = working.escalate(dispute=dispute, level=Level.IRE, now=timezone.now(), actor=worker)
    return denied(dispute)


def test_below_the_amount_the_judge_is_not_open_but_for_claims_that_count_together(ana):
    dispute = at_the_review_entity(ana.account.holder_id, amount_cents=150_00)

    page = text(ana.get("dispute", dispute.case_number))
    needed = at_stake(dispute, Level.ALJ, now=timezone.now()).needed_cents
    if needed is None:  # A year whose figure is not published yet keeps nobody out.
        assert "I asked for it" in page
        return
    bare = ana.post("dispute_go_on", dispute.case_number, "alj")
    less = ana.post("dispute_go_on", dispute.case_number, "alj", together_cents="199.99")
    still = get_dispute(dispute_id=dispute.id).standing.level
    ana.post("dispute_go_on", dispute.case_number, "alj", together_cents="1000.00")

    assert "Here it is $150.00, so this level is not open for it alone." in page
    assert "Claims of yours may count together" in page
    assert (bare.status_code, less.status_code, still) == (422, 422, Level.IRE)
    last = get_dispute(dispute_id=dispute.id)
    assert last.standing.level is Level.ALJ
    assert last.events[-1].event.detail["together_cents"] == 100_000


def test_an_amount_nobody_knows_keeps_nobody_out(ana):
    dispute = at_the_review_entity(ana.account.holder_id)

    ana.post("dispute_go_on", dispute.case_number, "alj")

    assert get_dispute(dispute_id=dispute.id).standing.level is Level.ALJ


def test_what_no_law_sets_a_day_for_shows_our_own_promise(ana):
    dispute = filed(ana.account.holder_id, Matter.BILLING, Law.GROUP, "WA", Care.POST_SERVICE)

    page = text(ana.get("dispute", dispute.case_number))

    assert "We answer by" in page
    assert "It is our own promise" in page


def test_a_pause_and_more_time_are_told_with_their_reasons(ana):
    worker = a_worker("grievances")
    dispute = filed(ana.account.holder_id, law=Law.MEDICARE_ADVANTAGE)
    dispute = working.extend(
        dispute=dispute, days=14, why="We wait for the records.", now=timezone.now(), actor=worker
    )

    page = text(ana.get("dispute", dispute.case_number))

    assert "We wait for the records." in page
    assert "14 days were added" in page


def test_what_is_asked_for_while_the_clock_stands_still_is_on_the_page_with_its_last_day(ana):
    worker = a_worker("grievances")
    dispute = filed(ana.account.holder_id, Matter.DETERMINATION, Law.SELF_FUNDED)
    said = {"now": timezone.now(), "actor": worker}
    dispute = working.extend(dispute=dispute, days=15, why="We wait for records.", **said)
    working.toll(dispute=dispute, why="The records of Dr. Kim.", **said)

    page = text(ana.get("dispute", dispute.case_number))

    assert "What we asked for: The records of Dr. Kim." in page
    assert "Then we decide with what we have." in page
    assert "Last day for you to send what we asked for" in page


@pytest.mark.parametrize(
    ("place", "law", "said"),
    [
        ("HI", Law.GROUP, "Your state asks $15.00 for it"),  # HRS 432E-33(a)
        ("HI", Law.SELF_FUNDED, "It costs you nothing"),  # federal review: 45 CFR 147.136(d)
        ("CA", Law.GROUP, "It costs you nothing"),
    ],
)
def test_what_the_review_outside_costs_is_said_before_it_is_asked_for(ana, place, law, said):
    dispute = denied(filed(ana.account.holder_id, law=law, place=place))

    assert said in text(ana.get("dispute_go_on", dispute.case_number, "external"))


def test_taking_it_back_asks_first_and_is_done_once(ana):
    dispute = filed(ana.account.holder_id)

    asked = ana.get("dispute_withdraw", dispute.case_number)
    ana.post("dispute_withdraw", dispute.case_number, why="I got the scan.", sure="1")
    ana.post("dispute_withdraw", dispute.case_number, why="Again.", sure="1")

    found = get_dispute(dispute_id=dispute.id)
    assert "Nobody decides about it then" in text(asked)
    assert [one.event.kind for one in found.events] == [Kind.RECEIVED, Kind.WITHDRAWN]
    assert "I got the scan." in text(ana.get("dispute", dispute.case_number))


def test_the_page_of_the_case_leads_to_the_dispute_and_the_list_shows_it_once(ana):
    dispute = filed(ana.account.holder_id)

    told = ana.get("case", dispute.case_number)

    assert told["Location"] == reverse("portal:dispute", args=(dispute.case_number,))
    assert dispute.case_number not in text(ana.get("cases"))


def test_somebody_else_s_dispute_is_not_found(ana, holder_of):
    dispute = filed(ana.account.holder_id)
    other = holder_of(region="california")

    for name in ("dispute", "dispute_paper", "dispute_withdraw"):
        assert other.get(name, dispute.case_number).status_code == 404
    assert other.post("dispute_add", dispute.case_number, note="Hi").status_code == 404
    assert other.post("dispute_go_on", dispute.case_number, "external").status_code == 404
    assert dispute.case_number not in text(other.get("disputes"))


def helped(member, holder, *may, basis=Basis.POWER_OF_ATTORNEY, signed_on=None):
    proxies.allow(
        member_id=member.id, proxy_id=holder.account.holder_id, may=frozenset(may), basis=basis,
        until=None, now=timezone.now(), actor=a_worker("member_services"), signed_on=signed_on,
    )  # fmt: skip


def test_who_files_for_a_member_follows_their_disputes_and_who_only_writes_does_not(holder_of):
    member = a_member(region="california", first="Teo")
    dispute = filed(member.id)
    files, writes = holder_of(region="california"), holder_of(region="california")
    helped(member, files, For.DISPUTES)
    helped(member, writes, For.WRITE_MESSAGES)

    page = files.get("dispute", dispute.case_number)

    assert "You act here for Teo" in text(page)
    assert dispute.case_number in text(files.get("disputes"))
    assert writes.get("dispute", dispute.case_number).status_code == 404
    files.post("dispute_withdraw", dispute.case_number, why="Teo asked me to.", sure="1")
    assert get_dispute(dispute_id=dispute.id).standing.decision.outcome is Outcome.WITHDRAWN


def test_the_member_s_own_leave_takes_nothing_back_and_an_appointment_does(holder_of):
    member = a_member(region="california", first="Teo")
    dispute = filed(member.id)
    son, lawyer = holder_of(region="california"), holder_of(region="california")
    helped(member, son, For.DISPUTES, basis=Basis.AUTHORIZATION)
    helped(
        member, lawyer, For.DISPUTES, basis=Basis.APPOINTMENT, signed_on=timezone.localdate() - DAY
    )

    son.post("dispute_withdraw", dispute.case_number, why="I think so.", sure="1")
    refused = text(son.get("dispute", dispute.case_number))
    before = get_dispute(dispute_id=dispute.id).standing.decision
    lawyer.post("dispute_withdraw", dispute.case_number, why="Teo signed.", sure="1")

    assert before is None
    assert "the member signs an appointment form with you" in refused
    assert get_dispute(dispute_id=dispute.id).standing.decision.outcome is Outcome.WITHDRAWN


def test_a_medicare_appeal_for_another_takes_the_appointment_and_the_member_is_told(holder_of):
    teo = holder_of(region="california", language="en")
    member = get_member(member_id=teo.account.holder_id)
    son, lawyer = holder_of(region="california"), holder_of(region="california")
    helped(member, son, For.DISPUTES, basis=Basis.AUTHORIZATION)
    helped(
        member, lawyer, For.DISPUTES, basis=Basis.APPOINTMENT, signed_on=timezone.localdate() - DAY
    )
    dispute = filed(member.id, Matter.DETERMINATION, Law.MEDICARE_ADVANTAGE)
    denied(dispute)

    son.post("dispute_go_on", dispute.case_number, "plan")
    before = get_dispute(dispute_id=dispute.id).standing.track.matter
    lawyer.post("dispute_go_on", dispute.case_number, "plan")

    assert before is Matter.DETERMINATION
    assert get_dispute(dispute_id=dispute.id).standing.track.matter is Matter.APPEAL
    page = text(teo.get("dispute", dispute.case_number))
    assert "Now with: The plan, by Ana Ruiz" in page
    thread = text(teo.get("thread", dispute.case_number))
    assert "took this dispute to the next level for you" in thread


def test_the_owner_is_named_and_how_to_speak_to_them(ana):
    rosa = a_worker("grievances", first_name="Rosa")
    dispute = filed(ana.account.holder_id)
    case = get_case(number=dispute.case_number, actor=rosa)
    owning.take(case=case, now=timezone.now(), actor=rosa)

    page = text(ana.get("dispute", dispute.case_number))

    assert "<strong>Rosa</strong>" in page
    assert f"give the number {dispute.case_number}" in page


def test_the_paper_shows_every_reason_open(ana):
    page = text(ana.get("dispute_paper", filed(ana.account.holder_id).case_number))

    assert '<details class="om-details om-why" open>' in page
    assert "<form" not in page


def test_the_list_and_the_page_ask_little_however_many_there_are(
    ana, django_assert_max_num_queries
):
    for _ in range(4):
        dispute = denied(filed(ana.account.holder_id))

    with django_assert_max_num_queries(16):
        ana.get("disputes")
    with django_assert_max_num_queries(32):
        ana.get("dispute", dispute.case_number)


def test_a_copy_of_the_file_is_asked_for_with_one_button_and_then_taken(ana):
    dispute = filed(ana.account.holder_id)
    before = text(ana.get("dispute", dispute.case_number))

    ana.post("dispute_copy_ask", dispute.case_number)
    waiting = text(ana.get("dispute", dispute.case_number))
    make_files(now=timezone.now())
    page = text(ana.get("dispute", dispute.case_number))
    link = next(one for one in page.split('"') if "/copy/" in one and one.endswith(".pdf"))
    taken = ana.client.get(link)

    assert "Ask for a copy" in before
    assert "We are putting it together" in waiting
    assert "Ask for a copy" not in waiting
    assert "Ask for a new copy" in page
    assert "You asked for a copy of your file" in page
    assert b"".join(taken.streaming_content).startswith(b"%PDF")


def test_a_reviewer_s_file_is_not_the_member_s_to_take(ana):
    dispute = filed(ana.account.holder_id)
    ordering.order_file(dispute=dispute, now=timezone.now(), actor=a_worker("grievances"))
    make_files(now=timezone.now())
    (order,) = list_orders(dispute=dispute)

    taken = ana.get("dispute_copy", dispute.case_number, order.package.reference, "pdf")

    assert taken.status_code == 404
