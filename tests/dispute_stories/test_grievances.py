"""Grievances, bills and doors: with a legal clock and without. Sources: docs/rules, 2.4, 3."""

import pytest

from openmember.coverage.types import CoverageType
from openmember.members.types import Role
from tests.dispute_stories.telling import NO_HURRY

pytestmark = pytest.mark.django_db
GROUP, DIRECT, MEDICARE = CoverageType.EMPLOYER, CoverageType.DIRECT, CoverageType.MEDICARE
RUDE = {"need": "Nobody spoke with me for three hours."}
WHEN = {"happened_on": "2026-11-01", "provider": "The clinic in Hayward"}
ANSWER = {
    "outcome": "answered",
    "code": "service_failure",
    "reason": "We are sorry; we hired two people.",
}


def test_a_californian_s_grievance_is_answered_in_thirty_days_and_then_the_regulator_is_open(tell):
    told = tell("CA", GROUP)
    told.on("2026-11-20 09:00").take_in(
        "caller", matter="grievance", care="", need=RUDE["need"], happened_on="2026-11-01"
    )

    page = told.page()
    assert (
        "We confirm in writing that it came By Wednesday, November 25, 2026" in page
    )  # HSC 1368(a)(4)(A)
    assert "We decide by Sunday, December 20, 2026" in page  # a Sunday, no roll: HSC 1368.01(a)
    # HSC 1368.03: after thirty days, or our answer.
    assert "You may also go to the state’s regulator From Sunday, December 20, 2026" in page
    assert "1-888-466-2219" not in page
    assert told.row("acknowledge").by == "November 25, 2026"
    assert told.row("decide").by == "December 20, 2026"
    assert "HSC 1368.03" in told.row("wait").law
    told.on("2026-11-24 09:00").desk("acknowledge")
    told.watch("2026-12-21 00:01")
    page = told.page()
    assert "California Department of Managed Health Care (DMHC), 1-888-466-2219" in page
    assert "late" in told.row("decide").left
    told.on("2026-12-21 09:00").desk("decide", notice_on="2026-12-21", **ANSWER)
    page = told.page()
    assert "Answered" in page
    assert "we hired two people" in page
    assert "California Department of Managed Health Care (DMHC), 1-888-466-2219" in page
    assert not told.dispute.standing.is_open


def test_a_grievance_that_cannot_wait_is_answered_in_three_days_with_the_regulator_open_at_once(
    tell,
):
    told = tell("CA", DIRECT)
    told.on("2026-10-30 16:00").take_in(
        "caller", matter="grievance", care="", happened_on="2026-10-29", fast="clinician", wish="She bleeds"
    )  # fmt: skip

    # Three days, not three business days: HSC 1368.01(b). The thirty of HSC 1368.03 are waived.
    assert told.row("decide").by == "November 2, 2026"
    assert "California Department of Managed Health Care (DMHC), 1-888-466-2219" in told.page()
    told.on("2026-11-02 09:00").desk("decide", notice_on="2026-11-02", **ANSWER)
    assert "Answered" in told.page()


def test_oregon_s_grievance_is_confirmed_in_seven_days_and_may_take_fifteen_more(tell):
    told = tell("OR", GROUP)
    told.on("2026-11-20 09:00").file("grievance", care=WHEN, story=RUDE)

    assert told.row("acknowledge").by == "November 27, 2026"  # ORS 743B.250; OAR 836-053-1100
    assert "We decide by Sunday, December 20, 2026" in told.page()
    told.on("2026-12-10 09:00").desk("extend", days=15, why="The clinic's answer is on its way")
    assert "We decide by Monday, January 4, 2027" in told.page()
    assert told.row("decide").by == "January 4, 2027"
    told.on("2026-12-28 09:00").desk("decide", notice_on="2026-12-28", **ANSWER)
    assert "Answered" in told.page()


@pytest.mark.parametrize("state", ["CO", "GA", "HI", "MD", "VA", "DC", "WA"])
def test_where_no_law_sets_a_day_for_a_grievance_we_keep_our_promise(tell, state):
    told = tell(state, GROUP)
    filed = told.on("2026-11-20 09:00").file("grievance", care=WHEN, story=RUDE)

    # Thirty days of ours: docs/rules, 1.3, the last line.
    assert "We answer by Sunday, December 20, 2026." in filed
    assert "No law sets a day for this. It is our own promise." in filed
    assert not told.has_row("decide")
    told.on("2026-12-01 09:00").desk("decide", notice_on="2026-12-01", **ANSWER)
    assert "Answered" in told.page()
    assert not told.dispute.standing.is_open


@pytest.mark.parametrize(
    ("matter", "care", "outcome", "code"),
    [
        (
            "billing",
            {"service": "Bill of May", "amount_cents": "120.00"},
            "overturned",
            "charge_corrected",
        ),
        ("access", {"service": "The stairs at the door"}, "answered", "access_fixed"),
    ],
)
def test_a_bill_and_a_door_have_no_legal_clock_but_a_promise_that_is_kept(
    tell, groups, matter, care, outcome, code
):
    told = tell("WA", GROUP, group="ONCE")
    filed = told.on("2026-11-20 09:00").file(matter, care=care, story=RUDE)

    assert "We answer by" in filed
    assert "No law sets a day for this. It is our own promise." in filed
    assert not told.has_row("decide")
    told.on("2026-11-30 09:00").desk(
        "decide", outcome=outcome, code=code, reason="It is put right.", notice_on="2026-11-30"
    )
    page = told.page()
    assert "It is put right." in page
    if outcome == "overturned":
        told.carry_out("The bill is corrected")
    assert not told.dispute.standing.is_open


def test_a_medicare_grievance_has_thirty_days_and_fourteen_more_with_a_notice(tell):
    told = tell("CA", MEDICARE)
    told.on("2026-11-02 09:00").file(
        "grievance", care={**WHEN, "happened_on": "2026-09-15"}, story=RUDE
    )

    page = told.page()
    assert "We decide by Wednesday, December 2, 2026" in page  # 422.564(e)
    assert "state’s regulator" not in page  # no state's law: 422.402
    assert told.row("file").by == "November 14, 2026"  # sixty days: 422.564(d)
    told.on("2026-11-20 09:00").desk("extend", days=14, why="The clinic's answer is on its way")
    assert "We decide by Wednesday, December 16, 2026" in told.page()
    told.on("2026-12-10 09:00").desk("decide", notice_on="2026-12-10", **ANSWER)
    assert "Answered" in told.page()
    assert "What you can do next" not in told.page()


@pytest.mark.parametrize("what", ["refuse", "extend"])
def test_that_we_would_not_hurry_is_a_grievance_of_its_own_answered_in_a_day(tell, what):
    told = tell("HI", MEDICARE)
    care = {"medicine": "none", "is_authorized": "yes", "service": "A scan", "provider": "Dr. Kim"}
    wish = {"urgent": "self", "urgent_why": "I am afraid."} if what == "refuse" else NO_HURRY
    told.on("2026-11-16 10:00").file("determination", care=care, story=RUDE, urgency=wish)
    assert told.row("decide").by == "November 23, 2026"
    if what == "refuse":
        told.desk("refuse", role=Role.SUPERVISOR, why="It can wait a week")
        assert told.row("decide").by == "November 23, 2026"  # the standard time: 422.570(d)
    else:
        told.desk("extend", days=14, why="Records are on their way")
        assert told.row("decide").by == "December 7, 2026"

    about = {**WHEN, "happened_on": "2026-11-16", "about_time": "yes"}
    filed = told.on("2026-11-20 16:00").file(
        "grievance", care=about, story={"need": "It cannot wait."}
    )
    assert "We decide by Saturday, November 21, 2026, 4:00 PM HST" in filed  # 422.564(f)
    assert told.row("decide").by == "November 21, 2026, 4:00 PM HST"
    assert "422.564(f)" in told.row("decide").law
    told.on("2026-11-21 09:00").desk("decide", notice_on="2026-11-21", **ANSWER)
    assert not told.dispute.standing.is_open
    assert told.disputes == 2


def test_a_caller_s_grievance_about_the_time_we_take_is_answered_in_a_day_too(tell):
    told = tell("MD", MEDICARE)
    told.on("2026-11-20 16:00").take_in(
        "caller", matter="grievance", care="", happened_on="2026-11-19", fast="time", wish="You would not hurry"
    )  # fmt: skip

    assert told.row("decide").by == "November 21, 2026, 4:00 PM EST"
    assert "422.564(f)" in told.row("decide").law
