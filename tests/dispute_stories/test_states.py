"""An insured group's appeal in every state, to the end of its own review. Sources: docs/rules, 1 and 3."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from openmember.coverage.types import CoverageType
from openmember.grievances.types import Level
from tests.dispute_stories.telling import NO_HURRY, STORY, weekday

pytestmark = pytest.mark.django_db
GROUP = CoverageType.EMPLOYER
CARE = {
    "is_received": "no",
    "medicine": "none",
    "service": "MRI of the knee",
    "notice_on": "2026-05-20",
}


@dataclass(frozen=True, slots=True)
class State:
    """What a state's law makes of an appeal of June 1, denied on the 11th by a letter that came on the 16th.

    It goes outside on July 1; July 3 is kept for the Fourth, a Saturday.
    """

    code: str
    way: str  # in which it comes
    reviewer: str
    decide: str
    decide_law: str
    ask_by: str
    ask_law: str
    papers: str
    papers_law: str
    reviewed: str
    reviewed_law: str
    confirm: str = ""
    where: str = ""  # whom the member asks, where that is not us


FEDERAL = "29 CFR 2560.503-1(i)(2)(ii)"  # thirty days
FIVE_DAYS = "45 CFR 147.136(d)(2)(iii)(B)(3)"  # business days
STATES = [
    # Five days; thirty; six months from the decision; three business days; thirty days.
    State(
        "CA", "web", "ca_dmhc", "July 1, 2026", "HSC 1368.01(a)", "December 11, 2026", "HSC 1374.30",
        "July 7, 2026", "HSC 1374.30(n)", "July 31, 2026", "HSC 1374.33(c)", "June 6, 2026",
        "California Department of Managed Health Care (DMHC), 1-888-466-2219",
    ),
    # Thirty days; four months; 45 days.
    State(
        "CO", "web", "assigned", "July 1, 2026", FEDERAL, "October 16, 2026", "CRS 10-16-113.5(7)",
        "July 9, 2026", FIVE_DAYS, "August 15, 2026", "CRS 10-16-113.5",
    ),
    # Thirty days; four months; three business days; fifteen business days.
    State(
        "GA", "phone", "ga_department", "July 1, 2026", FEDERAL, "October 16, 2026", "OCGA 33-20A",
        "July 7, 2026", "OCGA 33-20A-36(a)", "July 23, 2026", "OCGA 33-20A-37", "",
        "Georgia’s department of insurance",
    ),
    # Sixty days, so the federal thirty; 130 days, a Saturday; five business days; 45 days.
    State(
        "HI", "post", "hi_commissioner", "July 1, 2026", FEDERAL, "October 24, 2026", "HRS 432E-34(a)",
        "July 9, 2026", "HRS 432E-34(g)", "August 15, 2026", "HRS 432E-34(j)", "",
        "Hawaii Insurance Commissioner",
    ),
    # Thirty working days end on July 15, so the federal thirty days; four months; 45 days.
    State(
        "MD", "phone", "md_commissioner", "July 1, 2026", FEDERAL, "October 16, 2026", "15-10A-03(a)(1)",
        "July 9, 2026", FIVE_DAYS, "August 15, 2026", "15-10A-03(c)", "",
        "Maryland Insurance Commissioner",
    ),
    # Thirty days; 120 days end two days before the four months; 45 days.
    State(
        "VA", "web", "assigned", "July 1, 2026", FEDERAL, "October 16, 2026", "45 CFR 147.136(d)(2)(i)",
        "July 9, 2026", FIVE_DAYS, "August 15, 2026", "Va. Code 38.2-3561",
    ),
    # Ten business days; thirty; four months; five days; 45 days.
    State(
        "DC", "post", "dc_director", "July 1, 2026", FEDERAL, "October 16, 2026", "DC Code 44-301.07(b)",
        "July 6, 2026", "DC Code 44-301.07(m)", "August 15, 2026", "DC Code 44-301.07(m)", "June 15, 2026",
        "District of Columbia, the Director who takes appeals under DC Code 44-301.07",
    ),
    # Seven days; thirty; 180 days, a Sunday; thirty days.
    State(
        "OR", "web", "assigned", "July 1, 2026", FEDERAL, "December 13, 2026", "ORS 743B.255(1)",
        "July 9, 2026", FIVE_DAYS, "July 31, 2026", "ORS 743B.256", "June 8, 2026",
    ),
    # Fourteen days; 180 days; twenty days.
    State(
        "WA", "phone", "assigned", "June 15, 2026", "WAC 284-43-3110", "December 13, 2026",
        "WAC 284-43-3150(5)", "July 9, 2026", FIVE_DAYS, "July 21, 2026", "RCW 48.43.535(6)",
    ),
]  # fmt: skip


def file_by(told, way: str) -> None:
    """Let it come on June 1: by the member's own hand, by phone, or in the post keyed a day later."""
    if way == "web":
        told.on("2026-06-01 10:00").file("appeal", care=CARE, story=STORY, urgency=NO_HURRY)
    elif way == "phone":
        told.on("2026-06-01 10:00").take_in("caller", care="pre_service", notice_on="2026-05-20")
    else:
        told.on("2026-06-02 15:00").take_in(
            "letter", care="pre_service", notice_on="2026-05-20", received_on="2026-06-01", received_at="10:00"
        )  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda one: f"{one.code}-{one.way}")
def test_an_insured_group_s_appeal_goes_through_its_state_s_review(tell, state):
    told = tell(state.code, GROUP)
    file_by(told, state.way)

    page = told.page()
    assert f"We decide by {weekday(state.decide)}" in page
    assert state.decide_law in page
    row = told.row("decide")
    assert (row.who, row.by) == ("The plan", state.decide)
    assert state.decide_law in row.laws
    assert told.has_row("acknowledge") == bool(state.confirm)
    if state.confirm:
        assert told.row("acknowledge").by == state.confirm
        told.on("2026-06-03 09:00").desk("acknowledge")
        assert told.row("acknowledge").left == "Done in time"

    told.on("2026-06-11 15:00").deny(arrived="2026-06-16")
    page = told.page()
    assert "The decision stands" in page
    assert f"Until {weekday(state.ask_by)}." in page
    row = told.row("file", "external")
    assert (row.who, row.by) == ("The member", state.ask_by)
    assert state.ask_law in row.laws

    if state.where:
        assert f"Where to ask: {state.where}." in page
        assert f"Where to ask: {state.where}." in told.right("external")
    if state.code in {"MD", "GA"}:  # what nobody has read is not promised
        assert "costs you nothing" not in told.right("external")
    if state.code == "HI":  # HRS 432E-33(a)
        assert (
            "Your state asks $15.00 for it, which you get back when they decide for you."
            in told.right("external")
        )
    page = told.on("2026-07-01 09:00").go_on("external")
    assert f"Independent reviewers decide by {weekday(state.reviewed)}" in page
    assert f"We send your file to the reviewers By {weekday(state.papers)}" in page
    row = told.row("documents", "external")
    assert (row.who, row.by) == ("The plan", state.papers)
    assert state.papers_law in row.laws
    row = told.row("decide", "external")
    assert (row.who, row.by) == ("Independent external review", state.reviewed)
    assert state.reviewed_law in row.laws

    told.on("2026-07-02 09:00").send_file(state.reviewer, "Acme Review")
    assert told.row("documents", "external").left == "Done in time"
    told.confirmed()
    told.on("2026-07-20 09:00").decide("overturned", "criteria_met")
    page = told.page()
    assert "Decided for the member" in page
    if state.code == "CA":  # five business days: HSC 1374.34(a)
        assert "We carry it out by Monday, July 27, 2026." in page
        assert told.row("effectuate", "external").by == "July 27, 2026"
    page = told.on("2026-07-21 09:00").carry_out("The scan is approved")
    assert "What you can do next" not in page
    assert told.dispute.standing.level is Level.EXTERNAL


@pytest.mark.parametrize("state", STATES, ids=lambda one: one.code)
def test_what_no_state_s_plan_decides_in_time_may_go_outside_at_once(tell, state):
    told = tell(state.code, GROUP)
    file_by(told, "phone")
    last = datetime.strptime(state.decide, "%B %d, %Y")  # noqa: DTZ007  a day has no zone

    told.watch(f"{last:%Y-%m-%d} 23:58")
    assert told.dispute.standing.next_levels == ()
    told.watch(f"{last + timedelta(days=1):%Y-%m-%d} 00:01")
    page = told.page()
    assert f"We had to decide by {weekday(state.decide)}." in page
    # 45 CFR 147.136(b)(2)(ii)(F), and Virginia's and Oregon's own rule to the same effect.
    assert "We did not decide in time. You need not wait for us: you may go on below." in page
    assert told.dispute.events[-1].actor == "system:clocks"
    row = told.row("decide")
    assert row.left.endswith("late No decision in time: external review is open")
