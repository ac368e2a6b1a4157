"""Medicare Advantage beside its usual appeal: fast, paid, silent, dismissed. Source: docs/rules, 2.1, 2.2."""

import pytest

from openmember.coverage.types import CoverageType
from openmember.grievances.types import Kind, Level
from tests.dispute_stories.telling import DOCTOR, NO_HURRY, STORY

pytestmark = pytest.mark.django_db
MEDICARE = CoverageType.MEDICARE
CARE = {
    "is_received": "no",
    "medicine": "none",
    "service": "Home oxygen",
    "notice_on": "2026-02-20",
}
ASKED = {"medicine": "none", "is_authorized": "yes", "service": "A scan", "provider": "Dr. Kim"}


def test_a_fast_appeal_that_is_denied_is_sent_on_within_a_day_and_decided_in_72_hours(tell):
    told = tell("CO", MEDICARE)
    care = CARE | {"notice_on": "2026-10-20"}
    filed = told.on("2026-10-30 10:00").file("appeal", care=care, story=STORY, urgency=DOCTOR)

    # 72 hours over the end of summer time: 42 CFR 422.590(e).
    assert "We decide by Monday, November 2, 2026, 9:00 AM MST" in filed
    assert told.row("decide").by == "November 2, 2026, 9:00 AM MST"
    assert "422.590(e)" in told.row("decide").law
    told.on("2026-11-02 08:00").deny()
    page = told.page()
    # A day after affirming: 422.590(e)(5), (g). In writing within three days: (e)(3).
    assert "We send the case there by ourselves, by Tuesday, November 3, 2026, 8:00 AM MST." in page
    assert "We confirm the decision in writing By Thursday, November 5, 2026" in page
    assert told.row("forward").by == "November 3, 2026, 8:00 AM MST"
    told.watch("2026-11-02 08:05")  # the file makes itself
    told.on("2026-11-02 15:00").send_file("c2c")
    told.confirmed()
    assert told.row("forward").left == "Done in time"
    page = told.page()
    assert (
        "Medicare’s independent review entity decides by Thursday, November 5, 2026, 3:00 PM MST"
        in page
    )
    assert told.row("decide", "ire").by == "November 5, 2026, 3:00 PM MST"
    told.on("2026-11-05 10:00").decide("overturned", "criteria_met")
    # Authorised within 72 hours: 422.618(b)(1).
    assert "We carry it out by Sunday, November 8, 2026, 10:00 AM MST" in told.page()
    assert told.row("effectuate", "ire").by == "November 8, 2026, 10:00 AM MST"
    told.on("2026-11-06 10:00").carry_out("The oxygen is approved")


@pytest.mark.parametrize(
    ("way", "care", "decide", "law", "reviewed", "carry_out"),
    [
        # Sixty days, sixty, and paid within thirty: 42 CFR 422.590(b), 422.618(b)(2)
        ("post", "post_service", "May 1, 2026", "422.590(b)", "June 30, 2026", "July 20, 2026"),
        # Thirty, thirty, 72 hours: 422.590(a), 422.618(b)(1)
        ("phone", "pre_service", "April 1, 2026", "422.590(a)", "May 31, 2026", "June 23, 2026, 9:00 AM EDT"),
        # Seven, seven, 72 hours: 422.590(c)
        ("phone", "part_b_drug", "March 9, 2026", "422.590(c)", "May 8, 2026", "June 23, 2026, 9:00 AM EDT"),
    ],
    ids=["payment", "care", "part_b"],
)  # fmt: skip
def test_each_kind_of_appeal_has_its_own_days_with_us_and_with_the_entity(
    tell, way, care, decide, law, reviewed, carry_out
):
    told = tell("GA", MEDICARE)
    if way == "post":
        told.on("2026-03-03 16:00").take_in(
            "letter", care=care, notice_on="2026-02-02", received_on="2026-03-02", received_at="10:00"
        )  # fmt: skip
    else:
        told.on("2026-03-02 10:00").take_in("caller", care=care, notice_on="2026-02-02")

    assert told.row("file").by == "April 8, 2026"  # 65 days from the notice: 422.582(b)
    assert told.row("decide").by == decide
    assert law in told.row("decide").law
    assert f"by {decide}".replace("by ", "day, ") in told.page()
    told.on("2026-03-09 09:00").deny()
    assert told.row("forward").by == decide  # the same limit, not after it: 422.590(a)(2)
    told.on("2026-05-01 09:00").send_file("c2c")  # from May 1 on; late where the limit was sooner
    told.confirmed()
    assert told.row("forward").left == ("Done in time" if decide == "May 1, 2026" else "Done late")
    assert told.row("decide", "ire").by == reviewed
    told.on("2026-06-20 09:00").decide("overturned", "criteria_met")
    assert told.row("effectuate", "ire").by == carry_out
    told.on("2026-06-22 09:00").carry_out("Done as decided")


def test_what_we_do_not_decide_in_time_goes_to_the_entity_by_itself(tell):
    told = tell("WA", MEDICARE)
    told.on("2026-03-02 10:00").file("appeal", care=CARE, story=STORY, urgency=NO_HURRY)
    told.on("2026-03-20 10:00").desk("extend", days=14, why="Records are on their way")

    page = told.page()
    assert "We take 14 more days" in page
    assert "We decide by Wednesday, April 15, 2026" in page  # 44 days: 422.590(f)
    assert "14 days were added, as this law allows." in page
    told.watch("2026-04-15 23:58")
    assert Kind.LAPSED not in [one.event.kind for one in told.dispute.events]
    told.watch("2026-04-16 00:01")
    page = told.page()
    assert "No decision in time: it goes to the review entity" in page
    assert "You need not do anything" in page
    assert "Ask for it" not in page.partition("Speak with us")[0]
    assert told.row("forward").by == "April 15, 2026"
    told.on("2026-04-16 09:00").send_file("maximus")
    told.confirmed()
    assert told.dispute.standing.level is Level.IRE
    assert told.row("decide", "ire").by == "May 16, 2026"  # thirty days
    told.on("2026-05-15 09:00").decide("overturned", "criteria_met")
    assert told.row("effectuate", "ire").by == "May 18, 2026, 9:00 AM PDT"
    told.on("2026-05-16 09:00").carry_out("The oxygen is approved")


@pytest.mark.parametrize(
    ("care", "urgency", "decide", "law"),
    [
        (ASKED, NO_HURRY, "December 2, 2026", "422.568(b)(1)"),  # seven days from 2026 on
        (ASKED | {"is_authorized": "unknown"}, NO_HURRY, "December 2, 2026", "422.568(b)(1)"),
        (ASKED | {"is_authorized": "no"}, NO_HURRY, "December 9, 2026", "422.568(b)(1)"),  # fourteen
        (ASKED, DOCTOR, "November 28, 2026, 5:45 PM PST", "422.572(a)"),  # 72 hours
        (ASKED | {"medicine": "clinic"}, NO_HURRY, "November 28, 2026, 5:45 PM PST", "422.568(b)(2)"),
        (ASKED | {"medicine": "clinic"}, DOCTOR, "November 26, 2026, 5:45 PM PST", "422.572(a)(2)"),
    ],
    ids=["authorized", "unknown", "free", "fast", "part_b", "part_b_fast"],
)  # fmt: skip
def test_a_request_that_nobody_decides_is_denied_by_law_and_can_be_appealed(
    tell, care, urgency, decide, law
):
    told = tell("CA", MEDICARE)
    told.on("2026-11-25 17:45").file("determination", care=care, story=STORY, urgency=urgency)

    assert f"day, {decide}" in told.page()
    assert told.row("decide").by == decide
    assert law in told.row("decide").law
    told.watch("2026-12-10 00:01")
    page = told.page()
    # 422.568(f)
    assert (
        "We did not decide in time. The law takes that for a denial, which you may appeal." in page
    )
    assert told.dispute.standing.decision.by_law
    told.on("2026-12-11 09:00").go_on("plan")
    assert told.dispute.standing.level is Level.PLAN
    assert told.dispute.standing.track.matter == "appeal"
    told.on("2026-12-12 09:00").decide("overturned", "criteria_met")
    assert "Decided for the member" in told.page()


def test_silence_on_a_request_is_a_denial_of_the_next_day_with_65_days_to_appeal(tell):
    told = tell("OR", MEDICARE)
    told.on("2026-02-02 09:00").file("determination", care=ASKED, story=STORY, urgency=NO_HURRY)

    told.watch("2026-02-09 23:58")
    assert "We decide by Monday, February 9, 2026" in told.page()
    told.watch("2026-02-10 00:01")
    assert "Until Thursday, April 16, 2026." in told.page()  # 422.582(b)
    assert told.row("file").by == "April 16, 2026"
    told.on("2026-03-02 10:00").go_on("plan")
    assert told.row("decide").by == "April 1, 2026"
    told.on("2026-03-30 10:00").decide("overturned", "criteria_met")
    told.carry_out("The scan is approved")


def test_what_is_dismissed_can_be_taken_back_or_reviewed_and_is(tell):
    told = tell("VA", MEDICARE)
    told.on("2026-05-04 10:00").take_in("caller", care="pre_service", notice_on="2026-01-05")

    assert told.row("file").by == "March 11, 2026"
    assert "no good cause is given. Hear it with one, or dismiss it." in told.desk_page()
    said = {"code": "too_late", "reason": "It came after the last day.", "notice_on": "2026-05-04"}
    told.desk("dismiss", **said)
    page = told.page()
    assert "Dismissed" in page
    # 65 days to the entity: 422.590(i); six months to have it taken back: 422.568(i) for requests, by analogy.
    assert "Wednesday, July 8, 2026" in page
    told.on("2026-05-20 09:00").desk("vacate", why="She was in hospital")
    page = told.page()
    assert "We decide by Wednesday, June 3, 2026" in page  # thirty days from the day it came
    told.on("2026-06-01 09:00").decide("overturned", "criteria_met")
    told.carry_out("It is approved")


@pytest.mark.parametrize(
    ("cents", "level"), [("199.99", "alj"), ("200", "")], ids=["short", "enough"]
)
def test_below_the_amount_of_the_year_no_judge_hears_it_alone(tell, cents, level):
    told = tell("MD", MEDICARE)
    told.on("2026-05-04 10:00").take_in(
        "caller", care="post_service", notice_on="2026-04-20", amount=cents
    )
    told.on("2026-06-01 09:00").deny()
    told.send_file("c2c")
    told.confirmed()
    told.on("2026-07-01 09:00").decide("upheld", "not_covered")

    page = told.page()
    assert "The amount at stake must be at least $200.00 (2026)." in page  # 90 FR 55869
    # Sixty days after five presumed: 422.602.
    assert "Until Friday, September 4, 2026." in page
    assert ("so this level is not open for it alone" in page) == bool(level)
    if level:
        told.go_on("alj", together_cents="412.50")
    else:
        told.go_on("alj")
    assert told.dispute.standing.level is Level.ALJ
    told.on("2026-08-03 09:00").decide("overturned", "criteria_met")
    assert told.row("effectuate", "alj").by == "October 2, 2026"  # sixty days: 422.618(c)
    told.on("2026-08-10 09:00").carry_out("It is paid")
