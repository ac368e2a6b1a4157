"""Urgent appeals of insured members: hours and days that run through nights, weekends and Thanksgiving."""

import pytest

from openmember.coverage.types import CoverageType
from openmember.grievances.types import Level, Speed
from openmember.members.types import Role
from tests.dispute_stories.telling import DOCTOR, NO_HURRY, STORY

pytestmark = pytest.mark.django_db
GROUP = CoverageType.EMPLOYER
CARE = {
    "is_received": "no",
    "medicine": "none",
    "service": "A heart valve",
    "notice_on": "2026-11-18",
}
FEDERAL = "29 CFR 2560.503-1(i)(2)(i)"  # 72 hours

# Filed on Friday, November 20, at nine, by the doctor's word; denied at four; outside on Monday at ten.
URGENT = [
    # Three days, but 72 hours end sooner; three days of the reviewers', the file a day after: HSC 1374.31(a)
    (
        "CA", "November 23, 2026, 9:00 AM PST", FEDERAL, "November 26, 2026",
        "HSC 1374.33(c)", "November 24, 2026, 10:00 AM PST",
    ),
    # 72 hours; 72 hours, and word to the Commissioner within a business day: 3 CCR 702-4-2-21-9
    (
        "CO", "November 23, 2026, 9:00 AM MST", FEDERAL, "November 26, 2026, 10:00 AM MST",
        "Reg 4-2-21", "November 24, 2026",
    ),
    # 72 hours: Ga. R. 120-2-111-.04(2); OCGA 33-20A-37(c)
    (
        "GA", "November 23, 2026, 9:00 AM EST", FEDERAL, "November 26, 2026, 10:00 AM EST",
        "OCGA 33-20A-37(c)", "",
    ),
    # 72 hours: HRS 432E-5(c), 432E-35
    ("HI", "November 23, 2026, 9:00 AM HST", FEDERAL, "November 26, 2026, 10:00 AM HST", "HRS 432E-35", ""),
    # A day: Ins. 15-10A-02, 15-10A-03(b)
    (
        "MD", "November 21, 2026, 9:00 AM EST", "15-10A-02", "November 24, 2026, 10:00 AM EST",
        "15-10A-03(b)(1)(ii)", "",
    ),
    # 72 hours: 14VAC5-216-60(C); Va. Code 38.2-3562
    (
        "VA", "November 23, 2026, 9:00 AM EST", FEDERAL, "November 26, 2026, 10:00 AM EST",
        "Va. Code 38.2-3562", "",
    ),
    # A day; 72 hours, the file within a day: DC Code 44-301.06(f), .07(m)
    (
        "DC", "November 21, 2026, 9:00 AM EST", "DC Code 44-301.06(f)", "November 26, 2026, 10:00 AM EST",
        "DC Code 44-301.07(m)", "November 24, 2026, 10:00 AM EST",
    ),
    # 72 hours; three days: ORS 743B.256
    ("OR", "November 23, 2026, 9:00 AM PST", FEDERAL, "November 26, 2026", "ORS 743B.256", ""),
    # 72 hours: WAC 284-43-4040(2); RCW 48.43.535(6)
    (
        "WA", "November 23, 2026, 9:00 AM PST", FEDERAL, "November 26, 2026, 10:00 AM PST",
        "RCW 48.43.535(6)", "",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "decide", "law", "reviewed", "outside", "papers"),
    URGENT,
    ids=[one[0] for one in URGENT],
)
def test_an_urgent_appeal_and_its_review_go_by_the_hour(
    tell, state, decide, law, reviewed, outside, papers
):
    told = tell(state, GROUP)
    filed = told.on("2026-11-20 09:00").file("appeal", care=CARE, story=STORY, urgency=DOCTOR)

    assert "It is decided fast, because waiting could harm you." in filed
    assert f"day, {decide}" in filed  # with its weekday
    assert told.row("decide").by == decide
    assert law in told.row("decide").laws
    told.on("2026-11-20 16:00").deny(arrived="2026-11-20")
    page = told.on("2026-11-23 10:00").go_on("external")
    assert told.dispute.standing.speed is Speed.EXPEDITED
    assert f"day, {reviewed}" in page
    assert told.row("decide", "external").by == reviewed
    assert outside in told.row("decide", "external").law
    if papers:
        assert told.row("documents", "external").by == papers
    told.on("2026-11-24 09:00").decide("overturned", "criteria_met")
    told.carry_out("The valve is approved")


def test_an_urgent_appeal_that_is_late_opens_the_review_by_itself_in_that_hour(tell):
    told = tell("MD", GROUP)
    told.on("2026-11-20 09:00").file("appeal", care=CARE, story=STORY, urgency=DOCTOR)

    told.watch("2026-11-21 08:59")
    assert "You need not wait for us" not in told.page()
    told.watch("2026-11-21 09:01")
    assert "We did not decide in time. You need not wait for us" in told.page()
    page = told.on("2026-11-21 10:00").go_on("external")
    assert "Sunday, November 22, 2026, 10:00 AM EST" in page
    assert told.dispute.standing.level is Level.EXTERNAL


def test_what_becomes_urgent_on_the_way_goes_by_the_earlier_of_both_clocks(tell):
    told = tell("CA", GROUP)
    told.on("2026-11-02 10:00").take_in(
        "caller",
        care="pre_service",
        notice_on="2026-10-20",
        fast="wish",
        wish="I cannot sleep for pain",
    )

    assert told.row("decide").by == "December 2, 2026"  # thirty days: HSC 1368.01(a)
    assert "I cannot sleep for pain" in told.desk_page()
    told.on("2026-11-20 08:00").desk("expedite", by_clinician="on", why="Dr. Kim called")
    assert told.row("decide").by == "November 23, 2026, 8:00 AM PST"
    assert "HSC 1368.01(b)" in told.row("decide").lost  # three days end at midnight
    assert "It is decided fast" in told.page()


def test_a_wish_that_is_refused_keeps_the_usual_time_and_says_how_to_complain(tell):
    told = tell("WA", GROUP)
    wish = {"urgent": "self", "urgent_why": "I am afraid."}
    told.on("2026-11-02 10:00").file(
        "appeal", care=CARE | {"notice_on": "2026-10-20"}, story=STORY, urgency=wish
    )

    assert "I am afraid." in told.desk_page()
    said = told.desk("refuse", role=Role.SUPERVISOR, why="It can wait until it is decided")
    assert "The letter says so, and how to complain about it." in said
    page = told.page()
    assert "Fast decision refused" in page
    assert "It can wait until it is decided" in page
    assert "We decide by Monday, November 16, 2026" in page  # fourteen days: WAC 284-43-3110
    assert told.row("decide").by == "November 16, 2026"


def test_one_who_pays_no_claims_of_a_state_goes_urgently_to_the_private_reviewer(tell, groups):
    told = tell("CA", GROUP, group="ONCE")
    told.on("2026-10-30 10:00").file(
        "appeal", care=CARE | {"notice_on": "2026-10-20"}, story=STORY, urgency=DOCTOR
    )

    # 72 hours over the end of summer time: the clock on the wall reads an hour less.
    assert told.row("decide").by == "November 2, 2026, 9:00 AM PST"
    told.on("2026-11-01 09:00").deny(arrived="2026-11-01")
    page = told.on("2026-11-01 20:00").go_on("external")
    assert "Wednesday, November 4, 2026, 8:00 PM PST" in page  # 45 CFR 147.136(d)(3)
    told.on("2026-11-03 09:00").decide("overturned", "criteria_met")
    told.carry_out("The valve is approved")


def test_the_usual_appeal_is_not_taken_for_an_urgent_one(tell):
    told = tell("HI", GROUP)
    told.on("2026-11-20 09:00").file("appeal", care=CARE, story=STORY, urgency=NO_HURRY)

    assert told.row("decide").by == "December 20, 2026"
