"""Groups: deciding twice, paying their own claims, COBRA. Sources: docs/rules, 0.4, 1.2, 1.3."""

import pytest

from openmember.coverage.types import CoverageType
from openmember.grievances.types import Kind, Level
from tests.dispute_stories.telling import NO_HURRY, STORY

pytestmark = pytest.mark.django_db
GROUP, COBRA = CoverageType.EMPLOYER, CoverageType.COBRA
CARE = {
    "is_received": "no",
    "medicine": "none",
    "service": "MRI of the knee",
    "notice_on": "2026-05-20",
}


def test_colorado_s_group_may_ask_a_second_time_before_it_goes_outside(tell):
    told = tell("CO", GROUP)
    told.on("2026-06-01 10:00").file("appeal", care=CARE, story=STORY, urgency=NO_HURRY)
    told.on("2026-06-11 15:00").deny(arrived="2026-06-16")

    page = told.page()
    assert (
        "Independent external review Until Friday, October 16, 2026." in page
    )  # CRS 10-16-113.5(7)
    # Sixty days: Reg 4-2-17.
    assert "The plan, a second time Until Saturday, August 15, 2026." in page
    assert told.row("file", "plan_2").by == "August 15, 2026"
    assert "CRS 10-16-113" in told.row("file", "plan_2").law

    page = told.on("2026-07-01 09:00").go_on("plan_2")
    assert told.dispute.standing.level is Level.PLAN_2
    assert "We are looking into it" in page
    told.on("2026-07-20 09:00").deny(arrived="2026-07-23")
    page = told.page()
    assert "The plan, a second time" not in page.partition("Speak with us")[0]
    assert "Until Monday, November 23, 2026." in page  # four months from receipt
    told.on("2026-08-03 09:00").go_on("external")
    assert told.row("decide", "external").by == "September 17, 2026"  # 45 days
    told.on("2026-09-10 09:00").decide("upheld", "not_medically_necessary")
    assert "What you can do next" not in told.page()
    assert not told.dispute.standing.is_open


def test_a_group_that_pays_its_own_claims_decides_twice_before_a_private_reviewer_does(
    tell, groups
):
    told = tell("MD", GROUP, group="TWICE")
    told.on("2026-11-23 11:00").take_in(
        "letter", care="pre_service", notice_on="2026-11-02", received_on="2026-11-20", received_at="09:00"
    )  # fmt: skip

    # Fifteen days at each of two levels, a Saturday: 29 CFR 2560.503-1(i)(2)(ii). No law of Maryland.
    assert "We decide by Saturday, December 5, 2026" in told.page()
    assert "Group that pays its own claims, MD, the plan decides twice" in told.desk_page()
    assert told.row("decide").by == "December 5, 2026"
    assert told.row("decide").laws.strip() == "29 CFR 2560.503-1(i)(2)(ii)"
    # From receipt of the denial, which nothing shows: 29 CFR 2560.503-1(h)(3)(i).
    told.on("2026-12-04 09:00").deny(arrived="2026-12-08")
    page = told.page()
    assert "The plan, a second time" in page
    assert "Independent external review" not in page.partition("Speak with us")[0]

    page = told.on("2027-01-04 09:00").go_on("plan_2")
    assert "We decide a second time by Tuesday, January 19, 2027" in page
    assert told.row("decide", "plan_2").by == "January 19, 2027"
    told.on("2027-01-19 09:00").deny(arrived="2027-01-22")
    # Four months end on Saturday, May 22: the next business day. 45 CFR 147.136(d)(2)(i)
    assert "Until Monday, May 24, 2027." in told.page()
    assert told.row("file", "external").by == "May 24, 2027"
    assert "It costs you nothing." in told.right("external")

    page = told.on("2027-02-01 09:00").go_on("external")
    # Five business days to look at it and for the file; ten, over a holiday, for more; 45 days.
    assert "It is checked whether it can be reviewed By Monday, February 8, 2027" in page
    assert "We send your file to the reviewers By Monday, February 8, 2027" in page
    assert "Last day for you to send the reviewers more By Tuesday, February 16, 2027" in page
    assert "Independent reviewers decide by Thursday, March 18, 2027" in page
    assert told.row("preliminary", "external").by == "February 8, 2027"
    assert told.row("decide", "external").by == "March 18, 2027"
    assert told.row("decide", "external").laws.strip() == "45 CFR 147.136(d)(2)(iii)(B)(6)"
    told.on("2027-02-03 09:00").desk("step", step="preliminary")
    told.send_file("assigned", "Acme Review")
    assert told.row("preliminary", "external").left == "Done in time"

    told.on("2027-03-10 09:00").decide("upheld", "not_medically_necessary")
    assert "What you can do next" not in told.page()
    assert not told.dispute.standing.is_open


def test_a_group_that_pays_its_own_claims_and_is_late_opens_the_private_review_by_itself(
    tell, groups
):
    told = tell("WA", GROUP, group="ONCE")
    told.on("2026-06-01 10:00").file("appeal", care=CARE, story=STORY, urgency=NO_HURRY)

    # Thirty days, and not the fourteen of Washington: 29 CFR 2560.503-1(i)(2)(ii); ERISA preempts.
    assert "We decide by Wednesday, July 1, 2026" in told.page()
    told.watch("2026-07-01 23:58")
    assert "Independent external review" not in told.page().partition("Speak with us")[0]
    told.watch("2026-07-02 00:01")
    page = told.page()
    assert "We did not decide in time. You need not wait for us: you may go on below." in page
    assert "No decision in time: external review is open" in page
    assert [one.event.kind for one in told.dispute.events] == [Kind.RECEIVED, Kind.LAPSED]
    assert told.dispute.events[-1].actor == "system:clocks"
    assert "late" in told.row("decide").left

    told.on("2026-07-06 09:00").go_on("external")
    assert (
        told.row("decide", "external").by == "August 20, 2026"
    )  # 45 days: 147.136(d)(2)(iii)(B)(6)
    told.on("2026-08-19 09:00").decide("overturned", "criteria_met")
    told.carry_out("The scan is approved")


@pytest.mark.parametrize(
    ("group", "law", "decide", "citation", "ask_by"),
    [
        # Sixty days for care already had, then four months, a Saturday: the Monday.
        (
            "ONCE", "Group that pays its own claims", "July 31, 2026", "29 CFR 2560.503-1(i)(2)(iii)(A)",
            "October 26, 2026",
        ),
        # An insured group's in Washington: fourteen days, and 180 to go outside.
        ("GRP1001", "Insured group plan", "June 15, 2026", "WAC 284-43-3110", "December 21, 2026"),
    ],
)  # fmt: skip
def test_cobra_goes_as_its_group_does(tell, groups, group, law, decide, citation, ask_by):
    told = tell("WA", COBRA, group=group)
    filed = told.on("2026-06-01 10:00").take_in(
        "caller", care="post_service", notice_on="2026-05-20", served_from="2026-04-06"
    )

    assert law in filed
    assert f"{law}, WA" in told.desk_page()
    assert told.row("decide").by == decide
    assert citation in told.row("decide").law
    told.on("2026-06-15 09:00").deny(arrived="2026-06-24")
    assert told.row("file", "external").by == ask_by
    told.on("2026-07-06 09:00").go_on("external")
    told.on("2026-07-20 09:00").decide("overturned", "criteria_met")
    told.carry_out("The X-ray is paid")


def test_records_asked_for_stop_the_clock_of_a_request_until_the_member_sends_them(tell, groups):
    told = tell("CO", GROUP, group="ONCE")
    told.on("2026-01-06 11:00").take_in(
        "letter", matter="determination", care="post_service", served_from="2026-01-02",
        received_on="2026-01-05", received_at="09:00",
    )  # fmt: skip

    # Thirty days: 29 CFR 2560.503-1(f)(2)(iii)(B).
    assert "We decide by Wednesday, February 4, 2026" in told.page()
    told.on("2026-01-20 09:00").desk("extend", days=15, why="Records are missing")
    assert "We decide by Thursday, February 19, 2026" in told.page()
    # Forty-five days for the member at least: (f)(4).
    assert "The law gives them until March 6, 2026 at least." in told.desk_page()
    told.desk("toll", why="The operation report", until="2026-03-06")
    page = told.page()
    assert "We wait for you" in page
    assert "until Friday, March 6, 2026 at the latest" in page
    assert "The operation report" in page

    page = told.on("2026-02-20 09:00").send("Here it is.", "report.pdf")
    # Fifteen of 45 days were used, thirty are left: docs/rules, 1.1.
    assert "We decide by Sunday, March 22, 2026" in page
    assert told.row("decide").by == "March 22, 2026"
    told.on("2026-03-20 09:00").deny(arrived="2026-03-24")
    # 180 days from receipt: (h)(3)(i).
    assert "Until Sunday, September 20, 2026." in told.page()
    told.on("2026-04-01 09:00").go_on("plan")
    assert told.row("decide").by == "May 31, 2026"  # sixty days: (i)(2)(iii)(A)
