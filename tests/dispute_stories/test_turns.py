"""Turns a dispute can take on any track: late, called by another name, taken back, opened again."""

import pytest

from openmember.coverage.types import CoverageType
from openmember.grievances.types import Matter
from tests.dispute_stories.telling import NO_HURRY, STORY

pytestmark = pytest.mark.django_db
GROUP, MEDICARE = CoverageType.EMPLOYER, CoverageType.MEDICARE
CARE = {"is_received": "no", "medicine": "none", "service": "A scan", "notice_on": "2026-01-05"}


def test_what_comes_late_for_a_good_cause_is_heard(tell):
    told = tell("MD", MEDICARE)
    late = {"good_cause": "I was in hospital until last week."}
    filed = told.on("2026-03-31 10:00").file(
        "appeal", care=CARE, story=STORY, urgency=NO_HURRY, late=late
    )

    # 65 days ended on March 11: 42 CFR 422.582(b), good cause (c).
    assert "A person looks first at why it came late." in filed
    assert "We decide by Thursday, April 30, 2026" in filed
    assert told.row("file").by == "March 11, 2026"
    assert told.row("file").left == "Done late"
    assert "I was in hospital until last week." in told.desk_page()
    told.on("2026-04-28 09:00").decide("overturned", "new_evidence")
    told.carry_out("The scan is approved")


def test_what_goes_on_late_says_why_and_is_heard_there(tell):
    told = tell("VA", MEDICARE)
    care = {"medicine": "none", "is_authorized": "yes", "service": "A scan", "provider": "Dr. Kim"}
    told.on("2026-02-02 09:00").file("determination", care=care, story=STORY, urgency=NO_HURRY)
    told.on("2026-02-09 09:00").deny()

    page = told.on("2026-05-04 09:00").page()
    assert "The last day to ask for it was Wednesday, April 15, 2026." in page
    told.go_on("plan", good_cause="The letter went to my old address.")
    assert "The letter went to my old address." in told.desk_page()
    assert told.row("decide").by == "June 3, 2026"


@pytest.mark.parametrize(
    ("state", "cover", "before", "after", "law"),
    [
        # Thirty days either way; outside from then on: HSC 1368.01(a), 1374.30
        ("CA", GROUP, "December 2, 2026", "December 2, 2026", "HSC 1368.01(a)"),
        # Sixty days of a grievance's event, thirty from the day it came: 422.564(e), 422.590(a)
        ("WA", MEDICARE, "December 2, 2026", "December 2, 2026", "422.590(a)"),
        # No law's clock, then fourteen days from the first receipt: WAC 284-43-3110
        ("WA", GROUP, "", "November 16, 2026", "WAC 284-43-3110"),
    ],
    ids=["CA", "medicare", "WA"],
)
def test_what_was_filed_under_a_wrong_name_keeps_the_day_it_came(
    tell, state, cover, before, after, law
):
    told = tell(state, cover)
    when = {"happened_on": "2026-10-20", "provider": "Dr. Kim"}
    told.on("2026-11-02 10:00").file(
        "grievance", care=when, story={"need": "They refused my scan."}
    )

    assert (told.row("decide").by if before else "") == before
    told.on("2026-11-09 10:00").desk(
        "relabel", matter="appeal", care="pre_service", why="It is a denial"
    )
    page = told.page()
    assert "Handled as: Appeal. Its dates stay those of the day it came." in page
    assert told.dispute.standing.track.matter is Matter.APPEAL
    row = told.row("decide")
    assert row.by == after
    assert law in row.laws
    told.on("2026-11-12 10:00").deny(arrived="2026-11-16")
    page = told.page()
    assert ("by ourselves" if cover is MEDICARE else "Independent external review") in page


def test_what_was_asked_before_a_decision_does_not_come_after_it(tell):
    told = tell("DC", GROUP)
    told.on("2026-02-02 10:00").file("appeal", care=CARE, story=STORY, urgency=NO_HURRY)

    assert "We confirm in writing that it came By" in told.page()
    told.on("2026-02-03 10:00").deny()
    page = told.page()
    assert "We confirm in writing that it came By" not in page
    assert "Last day to ask for: Independent external review" in page


def test_what_the_member_takes_back_can_be_filed_again(tell):
    told = tell("GA", GROUP)
    told.on("2026-02-02 10:00").file("appeal", care=CARE, story=STORY, urgency=NO_HURRY)
    answer = told.post_member(
        "dispute_withdraw", told.number, why="My doctor has another plan.", sure="1"
    )

    assert "You took it back." in answer
    assert "Withdrawn" in told.page()
    assert not told.dispute.standing.is_open
    told.on("2026-02-20 10:00").file("appeal", care=CARE, story=STORY, urgency=NO_HURRY)
    assert told.disputes == 2
    assert told.row("decide").by == "March 22, 2026"  # thirty days from the second receipt


def test_a_commercial_dismissal_can_be_taken_back_without_new_time(tell):
    told = tell("HI", GROUP)
    told.on("2026-06-01 10:00").take_in(
        "caller", care="pre_service", notice_on="2026-05-20", delivered_on="2025-11-03"
    )

    told.on("2026-06-03 10:00").desk(
        "dismiss", code="too_late", reason="It came late.", notice_on="2026-06-03"
    )
    page = told.page()
    assert "Ask us to take this dismissal back, and say why" in page
    told.on("2026-06-20 10:00").desk("vacate", why="The letter came late")
    assert told.row("decide").by == "July 1, 2026"


def test_a_decision_opened_again_stands_with_its_rights_until_it_is_made_anew(tell):
    told = tell("OR", GROUP)
    care = CARE | {"notice_on": "2026-05-20"}
    told.on("2026-06-01 10:00").file("appeal", care=care, story=STORY, urgency=NO_HURRY)
    told.on("2026-06-11 09:00").deny(arrived="2026-06-16")
    told.on("2026-06-20 09:00").desk("reopen", why="New records came")

    assert "Until Sunday, December 13, 2026." in told.page()
    assert told.row("file", "external").by == "December 13, 2026"
    told.on("2026-06-25 09:00").decide("overturned", "new_evidence")
    told.carry_out("The scan is approved")
