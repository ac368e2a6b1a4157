"""One dispute at the desk: what each act does and what each refusal says; two at once."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from openmember.cases.documents.services import add_documents
from openmember.cases.services.steps import again
from openmember.cases.testing import a_worker
from openmember.cases.types import Status
from openmember.desk.tests import disputes
from openmember.desk.tests.disputes import DAY, a_pdf, act, decided, desk_as, filed, kinds, today
from openmember.desk.tests.reading import words
from openmember.grievances.handoffs.services.sharing import share
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import assigning, log, working
from openmember.grievances.testing import clock
from openmember.grievances.types import (
    Care,
    Kind,
    Law,
    Level,
    Matter,
    Speed,
    Step,
)
from openmember.members.proxies.services import allow
from openmember.members.proxies.types import Basis, For
from openmember.members.queries import get_member
from openmember.members.types import Role
from openmember.payments.testing import a_member, an_account

settings_of_tests = disputes.settings_of_tests
rosa = disputes.rosa
desk = disputes.desk


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


def test_a_dismissal_whose_time_is_over_is_taken_back_only_with_a_word_of_what_the_law_does(
    desk, rosa
):
    """Colorado grants what is not decided in time: 10-16-112.5 C.R.S."""
    late = filed(place="CO", matter=Matter.DETERMINATION, ago=60 * DAY)
    in_time = filed(place="CO", matter=Matter.DETERMINATION)
    given = {"outcome": "dismissed", "code": "too_late", "reason": "It came late."}
    for dispute in (late, in_time):
        day = dispute.standing.received_at + timedelta(minutes=1)
        log.write(
            dispute_id=dispute.id,
            kind=Kind.DECIDED,
            at=day,
            actor=rosa,
            notice_on=day.date(),
            **given,
        )

    page = words(desk.get("dispute", late.case_number))
    refused = act(desk, late, "vacate", why="There was good cause")
    act(desk, in_time, "vacate", why="There was good cause")
    citation = clock(late.standing, Step.DECIDE).governs.clock.citation

    assert f"({citation}). Taken back now, it is overdue at once." in page
    assert "No decision in time: the law grants it." in page
    assert refused.status_code == 422
    assert kinds(late)[-1] is Kind.DECIDED
    assert "overdue at once" not in words(desk.get("dispute", in_time.case_number))
    assert kinds(in_time)[-1] is Kind.VACATED
    act(desk, late, "vacate", why="There was good cause", sure="on")
    assert kinds(late)[-1] is Kind.VACATED


def test_what_is_not_shared_yet_stands_at_the_head_until_the_member_could_answer(desk, rosa):
    dispute = filed()
    add_documents(
        case=again(dispute.case_id), uploads=[a_pdf("memo.pdf", 1)], is_visible=False, now=timezone.now(),
        actor=rosa,
    )  # fmt: skip

    before = words(desk.get("dispute", dispute.case_number))
    refused = words(decided(desk, dispute))
    share(
        dispute=dispute,
        message="Read this.",
        answer_on=today(dispute) + 7 * DAY,
        now=timezone.now(),
        actor=rosa,
    )
    waiting = words(desk.get("dispute", dispute.case_number))
    decided(desk, get_dispute(dispute_id=dispute.id), outcome="overturned", code="criteria_met")

    assert "The member has not seen what is new." in before
    assert "<strong>memo.pdf</strong>" in before
    assert "Share it on the page of the file first" in refused
    assert "The member has not seen what is new." not in waiting
    assert "the member may answer until" in waiting
    assert "may answer until" not in words(desk.get("dispute", dispute.case_number))


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


def test_the_form_of_a_decision_says_that_no_clinician_was_heard(desk, client_of):
    dispute = filed()
    nurse = a_worker("grievances", role=Role.NURSE)
    about = {"dispute": dispute, "now": timezone.now(), "actor": nurse}

    before = words(desk.get("dispute", dispute.case_number))
    hers = words(desk_as(client_of, nurse).get("dispute", dispute.case_number))
    assigning.ask_reviewer(user_id=nurse.id, specialty="Radiology", **about)
    assigning.give_opinion(opinion="An X-ray comes first.", **about)
    after = words(desk.get("dispute", dispute.case_number))

    said = "No clinician gave an opinion yet."
    assert (said in before, said in hers, said in after) == (True, False, False)


def test_a_relabelled_dispute_keeps_the_day_it_came(desk):
    dispute = filed(matter=Matter.GRIEVANCE, care=Care.SERVICE)

    refused = act(desk, dispute, "relabel", matter="appeal", care="service", why="About a denial")
    act(desk, dispute, "relabel", matter="appeal", care="pre_service", why="About a denial")

    after = get_dispute(dispute_id=dispute.id).standing
    assert "An appeal is about care: say which." in words(refused)
    assert (after.track.matter, after.received_at) == (Matter.APPEAL, dispute.standing.received_at)
