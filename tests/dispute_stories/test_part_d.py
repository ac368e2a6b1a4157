"""Part D beside its usual exception: silent, in haste, paid, aggrieved. Source: docs/rules, 2.3, 2.4."""

import pytest

from openmember.coverage.types import CoverageType
from openmember.grievances.types import Kind, Level
from tests.dispute_stories.telling import DOCTOR, NO_HURRY, STORY

pytestmark = pytest.mark.django_db
MEDICARE = CoverageType.MEDICARE
MEDICINE = {"service": "Insulin", "provider": "Dr. Kim"}


def test_a_request_that_is_not_decided_in_72_hours_goes_to_the_entity_by_itself(tell):
    told = tell("MD", MEDICARE)
    care = {**MEDICINE, "medicine": "pharmacy", "is_authorized": "unknown"}
    filed = told.on("2026-04-10 14:10").file(
        "determination", care=care, story=STORY, urgency=NO_HURRY
    )

    assert "We decide by Monday, April 13, 2026, 2:10 PM EDT" in filed  # 42 CFR 423.568(b)
    assert "Medicare Part D" in told.desk_page()
    told.watch("2026-04-13 14:09")
    assert [one.event.kind for one in told.dispute.events] == [Kind.RECEIVED]
    told.watch("2026-04-13 14:11")
    page = told.page()
    assert "We had to decide by Monday, April 13, 2026, 2:10 PM EDT." in page
    assert "We did not decide in time, so your case goes on by itself" in page
    # Within a day of the lapse: 423.568(h).
    assert "We send the case there by ourselves, by Tuesday, April 14, 2026, 2:10 PM EDT." in page
    assert "Ask for it" not in page.partition("Speak with us")[0]
    assert told.row("forward").by == "April 14, 2026, 2:10 PM EDT"
    assert "423.568(h)" in told.row("forward").law
    told.on("2026-04-14 09:00").send_file("part_d_ire", "Acme Review")
    told.confirmed()
    assert told.row("forward").left == "Done in time"
    assert told.row("decide", "ire").by == "April 21, 2026"  # seven days: 423.600(d)
    told.on("2026-04-20 09:00").decide("overturned", "criteria_met")
    told.carry_out("The pharmacy has it")


def test_an_exception_in_haste_goes_through_all_levels_and_the_member_asks_at_each(tell):
    told = tell("VA", MEDICARE)
    filed = told.on("2026-04-10 14:10").file(
        "exception", care=MEDICINE, story=STORY, urgency=DOCTOR
    )

    assert "We need a statement of your doctor that supports this" in filed
    told.on("2026-04-10 15:00").desk("supported", came_on="2026-04-10", came_hour="14:10")
    assert "We decide by Saturday, April 11, 2026, 2:10 PM EDT" in told.page()  # 423.572(a)
    told.on("2026-04-11 12:00").deny()
    assert "Until Monday, June 15, 2026." in told.page()  # 65 days: 423.582(b)
    page = told.on("2026-04-13 09:00").go_on("plan")
    assert "We decide by Thursday, April 16, 2026, 9:00 AM EDT" in page  # 423.590(d)
    assert told.row("decide").by == "April 16, 2026, 9:00 AM EDT"

    told.on("2026-04-15 10:00").deny()
    page = told.page()
    assert "by ourselves" not in page  # denied in time: 423.590, 423.600
    assert "Until Friday, June 19, 2026." in page
    page = told.on("2026-04-16 09:00").go_on("ire")
    assert "review entity decides by Sunday, April 19, 2026, 9:00 AM EDT" in page  # 423.600(d)
    assert told.row("decide", "ire").by == "April 19, 2026, 9:00 AM EDT"

    told.on("2026-04-18 09:00").decide("upheld", "not_covered")
    page = told.page()
    assert "Until Monday, June 22, 2026." in page  # sixty days after five presumed
    assert "The amount at stake must be at least $200.00 (2026)." in page
    told.on("2026-05-04 09:00").go_on("alj")
    told.on("2026-08-03 09:00").decide("upheld", "not_covered")
    told.on("2026-08-06 18:00").arrived()
    assert "Until Monday, October 5, 2026." in told.page()
    told.on("2026-09-01 09:00").go_on("council")
    told.on("2026-11-02 09:00").decide("upheld", "not_covered")
    told.on("2026-11-05 18:00").arrived()
    page = told.page()
    assert "Until Monday, January 4, 2027." in page
    assert "The amount at stake must be at least $1,960.00 (2026)." in page
    assert told.row("file", "court").by == "January 4, 2027"
    told.on("2026-12-01 09:00").go_on("court")
    told.on("2027-06-01 09:00").decide("upheld", "not_covered")
    assert "What you can do next" not in told.page()
    assert not told.dispute.standing.is_open
    assert told.dispute.standing.level is Level.COURT


def test_an_exception_without_a_statement_and_a_decision_goes_to_the_entity_by_itself(tell):
    told = tell("WA", MEDICARE)
    told.on("2026-04-10 14:10").take_in(
        "caller", matter="exception", care="drug", service="Insulin"
    )

    # Fourteen days end with April 24, and 72 hours begin: 423.568(b); docs/rules, 2.3.
    assert "We need a statement of your doctor that supports this" in told.page()
    assert told.row("decide").by == "April 28, 2026, 12:00 AM PDT"
    told.watch("2026-04-27 23:59")
    assert [one.event.kind for one in told.dispute.events] == [Kind.RECEIVED]
    told.watch("2026-04-28 00:01")
    page = told.page()
    assert "We did not decide in time, so your case goes on by itself" in page
    assert told.row("forward").by == "April 29, 2026, 12:00 AM PDT"  # 423.578(c)(2)
    told.on("2026-04-28 09:00").send_file("part_d_ire", "Acme Review")
    told.confirmed()
    assert told.row("decide", "ire").by == "May 5, 2026"
    told.on("2026-05-04 09:00").decide("overturned", "exception_granted")
    told.carry_out("The pharmacy has the exception")


def test_a_medicine_that_was_paid_for_is_decided_and_reviewed_in_fourteen_days(tell):
    told = tell("MD", MEDICARE)
    care = {
        **MEDICINE, "is_received": "yes", "medicine": "pharmacy", "served_from": "2026-05-20",
        "notice_on": "2026-06-01",
    }  # fmt: skip
    filed = told.on("2026-06-17 09:00").file("appeal", care=care, story=STORY)

    assert "We decide by Wednesday, July 1, 2026" in filed  # 423.590(b)
    assert told.row("file").by == "August 5, 2026"  # 65 days from the notice
    assert "423.590(b)" in told.row("decide").law
    told.on("2026-07-01 09:00").deny()
    assert "Until Friday, September 4, 2026." in told.page()
    page = told.on("2026-07-06 09:00").go_on("ire")
    assert "review entity decides by Monday, July 20, 2026" in page  # 423.600(d)
    assert told.row("decide", "ire").by == "July 20, 2026"
    told.on("2026-07-20 09:00").decide("overturned", "criteria_met")
    told.carry_out("The pharmacy's bill is paid back")


def test_a_receipt_in_the_post_is_part_d_s_where_a_specialist_says_so(tell):
    told = tell("GA", MEDICARE)
    told.on("2026-06-02 09:00").take_in(
        "letter", matter="determination", care="post_service", law="pd", law_why="Bought at a pharmacy",
        received_on="2026-06-01", received_at="08:00",
    )  # fmt: skip

    assert "We decide by Monday, June 15, 2026" in told.page()  # fourteen days: 423.568(c)
    assert told.row("decide").by == "June 15, 2026"
    told.watch("2026-06-16 00:01")
    # A day after the time was over: 423.568(h).
    assert told.row("forward").by == "June 16, 2026, 11:59 PM EDT"
    told.on("2026-06-16 09:00").send_file("part_d_ire", "Acme Review")
    told.confirmed()
    assert told.row("decide", "ire").by == "June 30, 2026"
    told.on("2026-06-29 09:00").decide("upheld", "not_covered")
    assert "The amount at stake must be at least $200.00 (2026)." in told.page()


def test_an_appeal_that_is_not_decided_in_seven_days_is_sent_on_in_the_next(tell):
    told = tell("HI", MEDICARE)
    told.on("2026-06-17 09:00").take_in("caller", care="drug", notice_on="2026-06-01")

    assert told.row("decide").by == "June 24, 2026"  # 423.590(a)
    assert "More time: the law gives none for this decision." in told.desk_page()
    told.refused("extend", days=1, why="Records")
    told.watch("2026-06-25 00:01")
    assert "No decision in time: it goes to the review entity" in told.page()
    assert told.row("forward").by == "June 25, 2026, 11:59 PM HST"  # 423.590(c)
    told.on("2026-06-25 12:00").send_file("part_d_ire", "Acme Review")
    told.confirmed()
    assert told.row("decide", "ire").by == "July 2, 2026"
    told.on("2026-07-01 09:00").decide("overturned", "criteria_met")
    told.carry_out("The pharmacy has it")


@pytest.mark.parametrize(
    ("fast", "due"),
    [
        ({}, "December 2, 2026"),  # thirty days: 423.564(e)
        # A medicine not yet had, and a fast decision refused: 423.564(f)
        ({"fast": "clinician", "wish": "You refused to decide fast"}, "November 3, 2026, 9:00 AM PST"),
    ],
    ids=["usual", "refused"],
)  # fmt: skip
def test_a_grievance_about_a_medicine_is_part_d_s(tell, fast, due):
    told = tell("CA", MEDICARE)
    told.on("2026-11-02 09:00").take_in(
        "caller", matter="grievance", care="", happened_on="2026-09-15", law="pd",
        law_why="About a pharmacy's medicine", **fast,
    )  # fmt: skip

    assert told.row("file").by == "November 14, 2026"  # sixty days: 423.564(d)(2)
    assert told.row("decide").by == due
    assert "423.564" in told.row("decide").law
    told.on("2026-11-02 16:00").desk(
        "decide",
        outcome="answered",
        code="explained",
        reason="We explained it.",
        notice_on="2026-11-02",
    )
    assert "Answered" in told.page()
    assert not told.dispute.standing.is_open
