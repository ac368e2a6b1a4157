"""Plans of the exchange and those bought directly, which decide once. Sources: docs/rules, 1, 3, 7."""

import pytest

from openmember.coverage.types import CoverageType
from openmember.grievances.types import Kind
from tests.dispute_stories.telling import DOCTOR, NO_HURRY, STORY

pytestmark = pytest.mark.django_db
EXCHANGE, DIRECT = CoverageType.EXCHANGE, CoverageType.DIRECT
HAD = {
    "is_received": "yes", "medicine": "none", "service": "A night in hospital", "served_from": "2026-10-05",
    "notice_on": "2026-11-20",
}  # fmt: skip


def test_a_plan_of_the_exchange_that_is_late_on_a_claim_opens_the_review_by_itself(tell):
    told = tell("GA", EXCHANGE)
    filed = told.on("2026-12-15 10:00").file("appeal", care=HAD, story=STORY)

    # Sixty days, care already had: 29 CFR 2560.503-1(i)(2)(iii)(A); OCGA 33-20A-5. A Saturday, no roll.
    assert "We decide by Saturday, February 13, 2027" in filed
    assert "Individual plan, GA" in told.desk_page()
    assert told.row("decide").by == "February 13, 2027"
    assert "OCGA 33-20A-5" in told.row("decide").laws
    told.watch("2027-02-13 23:58")
    assert "Independent external review" not in told.page().partition("Speak with us")[0]
    told.watch("2027-02-14 00:01")
    page = told.page()
    assert (
        "We did not decide in time. You need not wait for us" in page
    )  # 45 CFR 147.136(b)(2)(ii)(F)
    assert told.dispute.events[-1].event.kind is Kind.LAPSED

    page = told.on("2027-02-22 09:00").go_on("external")
    assert "We send your file to the reviewers By Thursday, February 25, 2027" in page  # three
    assert "Independent reviewers decide by Monday, March 15, 2027" in page  # fifteen business days
    told.on("2027-02-23 09:00").send_file("ga_department")
    told.on("2027-03-15 09:00").decide("overturned", "criteria_met")
    told.carry_out("The night is paid")


def test_oregon_s_individual_plan_decides_once_and_no_longer_than_federal_law_lets_it(tell):
    told = tell("OR", DIRECT)
    told.on("2026-06-02 15:00").take_in(
        "letter", care="pre_service", notice_on="2026-05-20", received_on="2026-06-01", received_at="10:00"
    )  # fmt: skip

    assert told.row("acknowledge").by == "June 8, 2026"  # seven days: ORS 743B.250
    assert told.row("decide").by == "July 1, 2026"
    # Oregon gives fifteen days more, federal law none on appeal: 29 CFR 2560.503-1(i). So there are none.
    assert "More time: the law gives none for this decision." in told.desk_page()
    told.refused("extend", days=15, why="Records")
    assert "We decide by Wednesday, July 1, 2026" in told.page()

    told.on("2026-06-11 09:00").deny(arrived="2026-06-16")
    page = told.page()
    assert "The plan, a second time" not in page
    assert "Until Sunday, December 13, 2026." in page  # 180 days: ORS 743B.255(1)
    told.on("2026-07-01 09:00").go_on("external")
    assert told.row("decide", "external").by == "July 31, 2026"  # ORS 743B.256
    told.on("2026-07-30 09:00").decide("upheld", "not_medically_necessary")
    assert not told.dispute.standing.is_open


def test_washington_s_plan_takes_the_sixteen_days_its_law_lets_it_and_no_more(tell):
    told = tell("WA", DIRECT)
    care = {"is_received": "no", "medicine": "none", "service": "A scan", "notice_on": "2026-05-20"}
    told.on("2026-06-01 10:00").file("appeal", care=care, story=STORY, urgency=NO_HURRY)

    assert "We decide by Monday, June 15, 2026" in told.page()  # WAC 284-43-3110
    assert "The law gives fewer days than that." in told.refused("extend", days=17, why="Records")
    told.on("2026-06-10 09:00").desk("extend", days=16, why="Records are on their way")
    page = told.page()
    assert "We take 16 more days" in page
    assert "We decide by Wednesday, July 1, 2026" in page  # day thirty
    assert told.row("decide").by == "July 1, 2026"
    told.watch("2026-07-02 00:01")
    assert "You need not wait for us" in told.page()


@pytest.mark.parametrize(
    ("urgency", "speed", "decide", "outside"),
    [
        # 72 hours over Thanksgiving, then 72 for the reviewers: 45 CFR 156.122(c)(1)(ii), (3)
        (
            NO_HURRY, "Standard", "Saturday, November 28, 2026, 6:00 PM MST",
            "Wednesday, December 2, 2026, 9:00 AM MST",
        ),
        # 24 and 24: 45 CFR 156.122(c)(2)(iii), (3)(ii)
        (
            DOCTOR, "Expedited", "Thursday, November 26, 2026, 6:00 PM MST",
            "Monday, November 30, 2026, 9:00 AM MST",
        ),
    ],
    ids=["standard", "exigent"],
)  # fmt: skip
def test_a_formulary_exception_goes_from_the_plan_to_the_reviewers_in_hours(
    tell, urgency, speed, decide, outside
):
    told = tell("CO", EXCHANGE)
    medicine = {"service": "Insulin", "provider": "Dr. Kim"}
    filed = told.on("2026-11-25 18:00").file(
        "exception", care=medicine, story=STORY, urgency=urgency
    )

    assert f"We decide by {decide}" in filed
    assert told.row("decide").by == decide.partition(", ")[2]
    assert "45 CFR 156.122(c)" in told.row("decide").law
    assert speed in told.desk_page()
    told.on("2026-11-26 10:00").decide("upheld", "not_covered")
    page = told.on("2026-11-29 09:00").go_on("external")
    assert f"Independent reviewers decide by {outside}" in page
    assert told.row("decide", "external").by == outside.partition(", ")[2]
    told.on("2026-11-29 16:00").decide("overturned", "exception_granted")
    told.carry_out("The pharmacy has the exception")


@pytest.mark.parametrize(
    ("state", "decide", "law"),
    [
        ("CA", "November 30, 2026", "HSC 1367.01(h)(1)"),  # five business days over Thanksgiving
        ("GA", "November 27, 2026", "OCGA 33-46-26"),  # seven days
        ("MD", "December 5, 2026", "29 CFR 2560.503-1(f)(2)(iii)(A)"),  # fifteen days
    ],
)
def test_a_request_before_the_care_is_decided_in_the_state_s_days_and_then_appealed(
    tell, state, decide, law
):
    told = tell(state, DIRECT)
    care = {"medicine": "none", "service": "A scan", "provider": "Dr. Kim", "is_authorized": "yes"}
    told.on("2026-11-20 10:00").file("determination", care=care, story=STORY, urgency=NO_HURRY)

    assert told.row("decide").by == decide
    assert law in told.row("decide").law
    told.on("2026-11-24 09:00").deny(arrived="2026-12-01")
    # 180 days from receipt: 29 CFR 2560.503-1(h)(3)(i); California's from the decision end sooner.
    assert "Until Sunday, May 30, 2027." in told.page()
    told.on("2026-12-02 09:00").go_on("plan")
    assert told.row("decide").by == "January 1, 2027"  # thirty days
    told.on("2026-12-28 09:00").decide("overturned", "criteria_met")
    told.carry_out("The scan is approved")


def test_what_colorado_s_plan_does_not_decide_in_five_business_days_is_granted_by_itself(tell):
    told = tell("CO", EXCHANGE)
    care = {"medicine": "none", "service": "A scan", "provider": "Dr. Kim", "is_authorized": "yes"}
    told.on("2026-11-20 10:00").file("determination", care=care, story=STORY, urgency=NO_HURRY)

    assert "We decide by Monday, November 30, 2026" in told.page()  # CRS 10-16-112.5(3)(a)(I)
    told.watch("2026-12-01 00:01")
    page = told.page()
    assert "We did not decide in time, so the law decides: it counts as granted." in page
    assert "Decided for the member" in page
    assert told.dispute.standing.decision.by_law
    told.on("2026-12-01 09:00").carry_out("The scan is approved")
