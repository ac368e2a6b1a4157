"""Medicare disputes from filing through all five levels, each date with its law. Source: docs/rules, 2."""

from datetime import date

import pytest

from openmember.cases.types import Status
from openmember.coverage.types import CoverageType
from openmember.grievances.tests.telling import Story
from openmember.grievances.types import (
    BadCourse,
    Care,
    Kind,
    Law,
    Level,
    Matter,
    Outcome,
    Speed,
    Step,
    Whose,
)

pytestmark = pytest.mark.django_db
MEDICARE = CoverageType.MEDICARE


def medicare(when: str, state: str = "MD", **said: object) -> Story:
    return Story(when, state=state, covered=MEDICARE, **said)


def test_medicare_advantage_goes_through_five_levels_to_court_and_is_paid():
    story = medicare("2026-03-02 10:00", amount_cents=2_500_00, notice_on=date(2026, 1, 5))

    assert story.now.track.law is Law.MEDICARE_ADVANTAGE
    assert story.last_day(Step.FILE) == date(2026, 3, 11)  # 65 days from the notice: 422.582(b)
    assert story.last_day(Step.DECIDE) == date(2026, 4, 1)  # 42 CFR 422.590(a)

    story.decide("2026-03-30 10:00", Outcome.UPHELD)
    assert story.last_day(Step.FORWARD) == date(2026, 4, 1)  # the same limit, not after it
    assert story.clock(Step.FORWARD).whose is Whose.PLAN
    assert story.now.next_due.step is Step.FORWARD
    story.go_on("2026-04-01 09:00", Level.IRE)
    assert story.clock(Step.FORWARD).met_at == story.at("2026-04-01 09:00")
    assert story.last_day(Step.DECIDE, "ire") == date(2026, 5, 1)  # thirty days

    story.decide("2026-05-01 09:00", Outcome.UPHELD)
    # Sixty days from receipt, presumed five days after the notice: 42 CFR 422.602
    assert story.last_day(Step.FILE, "alj") == date(2026, 7, 5)
    story.go_on("2026-06-01 09:00", Level.ALJ)

    story.decide("2026-10-01 09:00", Outcome.UPHELD, arrived="2026-10-05")
    assert story.last_day(Step.FILE, "council") == date(2026, 12, 4)  # 422.608; 405.1102
    story.go_on("2026-11-02 09:00", Level.COUNCIL)

    story.decide("2026-12-01 09:00", Outcome.UPHELD, arrived="2026-12-04")
    assert story.last_day(Step.FILE, "court") == date(2027, 2, 2)  # 422.612
    story.go_on("2026-12-20 09:00", Level.COURT)

    story.decide("2027-06-01 09:00", Outcome.OVERTURNED)
    assert story.last_day(Step.EFFECTUATE) == date(2027, 7, 31)  # sixty days: 422.618(c)
    story.carry_out("2027-06-20 09:00")
    assert story.now.next_levels == ()
    assert story.case.status is Status.RESOLVED


@pytest.mark.parametrize(
    ("level", "cents", "when"),
    [(Level.ALJ, 199_99, "2026-06-01 09:00"), (Level.COURT, 1_959_99, "2026-12-20 09:00")],
)
def test_below_the_amount_of_the_year_nobody_goes_to_the_judge_or_to_court(level, cents, when):
    story = medicare("2026-03-02 10:00", amount_cents=cents)  # 90 FR 55869: $200 and $1,960
    story.decide("2026-03-30 10:00", Outcome.UPHELD)
    for before, day in (
        (Level.IRE, "2026-04-01"), (Level.ALJ, "2026-06-01"), (Level.COUNCIL, "2026-10-01"),
    ):  # fmt: skip
        if level is before:
            break
        story.go_on(f"{day} 09:00", before)
        story.decide(f"{day} 17:00", Outcome.UPHELD)

    with pytest.raises(BadCourse, match="less is at stake"):
        story.go_on(when, level)


def test_what_the_plan_does_not_decide_in_time_goes_to_the_review_entity_by_itself():
    story = medicare("2026-03-02 10:00")
    story.extend("2026-03-20 10:00", 14)

    assert story.last_day(Step.DECIDE) == date(2026, 4, 15)  # 422.590(f)
    story.watch("2026-04-15 23:59")
    assert Kind.LAPSED not in story.kinds
    story.miss()
    assert story.kinds[-1] is Kind.LAPSED
    assert story.now.next_levels == (Level.IRE,)
    assert story.last_day(Step.FORWARD) == date(2026, 4, 15)
    story.go_on("2026-04-16 09:00", Level.IRE)
    story.decide("2026-05-01 09:00", Outcome.OVERTURNED)
    assert story.due(Step.EFFECTUATE, "ire") == story.at("2026-05-04 09:00")  # 422.618(b)(1)
    story.carry_out("2026-05-02 09:00")
    assert story.case.status is Status.RESOLVED


def test_a_payment_has_sixty_days_a_clinic_s_medicine_seven_and_no_more_time():
    paid = medicare("2026-03-02 10:00", care=Care.POST_SERVICE)
    drug = medicare("2026-03-02 10:00", care=Care.PART_B_DRUG)

    assert paid.last_day(Step.DECIDE) == date(2026, 5, 1)  # 422.590(b)
    assert drug.last_day(Step.DECIDE) == date(2026, 3, 9)  # 422.590(c)
    for story in (paid, drug):
        with pytest.raises(BadCourse, match=r"no extension|0"):
            story.extend("2026-03-03 10:00", 14)
    paid.decide("2026-04-30 10:00", Outcome.UPHELD)
    paid.go_on("2026-05-01 09:00", Level.IRE)
    assert paid.last_day(Step.DECIDE, "ire") == date(2026, 6, 30)
    paid.decide("2026-06-20 09:00", Outcome.OVERTURNED)
    assert paid.last_day(Step.EFFECTUATE, "ire") == date(2026, 7, 20)  # 422.618(b)(2)


def test_an_expedited_denial_is_sent_on_within_a_day():
    story = medicare("2026-03-02 10:00", "CO", speed=Speed.EXPEDITED)

    assert story.due(Step.DECIDE) == story.at("2026-03-05 10:00")  # 422.590(e)
    story.decide("2026-03-05 09:00", Outcome.UPHELD)
    assert story.due(Step.FORWARD) == story.at("2026-03-06 09:00")  # 422.590(e)(5), (g)
    assert story.last_day(Step.CONFIRM) == date(2026, 3, 8)  # 422.590(e)(3)
    story.go_on("2026-03-05 20:00", Level.IRE)
    assert story.due(Step.DECIDE, "ire") == story.at("2026-03-08 21:00")  # summer time began


def test_silence_on_a_request_is_a_denial_and_its_appeal_is_of_the_plan():
    story = medicare("2026-02-02 09:00", matter=Matter.DETERMINATION, care=Care.AUTHORIZATION)

    assert story.last_day(Step.DECIDE) == date(2026, 2, 9)  # CMS-0057-F, from 2026
    story.miss()
    assert story.now.decision.by_law  # 422.568(f)
    assert story.now.next_levels == (Level.PLAN,)
    assert story.last_day(Step.FILE, "plan") == date(2026, 4, 16)  # 65 days from February 10
    story.go_on("2026-03-02 10:00", Level.PLAN)
    assert story.now.track.matter is Matter.APPEAL
    assert story.last_day(Step.DECIDE) == date(2026, 4, 1)


def test_requests_of_2025_keep_the_fourteen_days_of_their_receipt():
    story = medicare("2025-12-29 09:00", matter=Matter.DETERMINATION, care=Care.PRE_SERVICE)

    assert story.last_day(Step.DECIDE) == date(2026, 1, 12)  # 422.568(b)(1)


def test_a_refusal_to_expedite_is_a_grievance_answered_within_a_day():
    story = medicare(
        "2026-11-20 16:00", "HI", matter=Matter.GRIEVANCE, care=Care.SERVICE,
        speed=Speed.EXPEDITED, happened_on=date(2026, 11, 19),
    )  # fmt: skip

    assert story.due(Step.DECIDE) == story.at("2026-11-21 16:00")  # 422.564(f)
    story.decide("2026-11-21 09:00", Outcome.ANSWERED)
    assert story.case.status is Status.RESOLVED


def test_a_grievance_has_thirty_days_and_fourteen_more_with_a_notice():
    story = medicare(
        "2026-11-02 09:00", "CA", matter=Matter.GRIEVANCE, care=Care.SERVICE,
        happened_on=date(2026, 9, 15),
    )  # fmt: skip

    assert story.last_day(Step.FILE) == date(2026, 11, 14)  # 422.564(d)
    assert story.last_day(Step.DECIDE) == date(2026, 12, 2)  # 422.564(e)
    story.extend("2026-11-20 09:00", 14)
    assert story.last_day(Step.DECIDE) == date(2026, 12, 16)
    story.decide("2026-12-10 09:00", Outcome.ANSWERED)
    assert story.now.next_levels == ()


def test_part_d_goes_through_five_levels_and_the_member_asks_at_each():
    story = medicare("2026-04-10 14:10", matter=Matter.DETERMINATION, care=Care.DRUG)

    assert story.now.track.law is Law.PART_D
    assert story.due(Step.DECIDE) == story.at("2026-04-13 14:10")  # 42 CFR 423.568(b)
    story.decide("2026-04-13 13:00", Outcome.UPHELD)
    assert story.last_day(Step.FILE, "plan") == date(2026, 6, 17)  # 423.582(b)

    story.go_on("2026-06-17 09:00", Level.PLAN)
    assert story.last_day(Step.DECIDE) == date(2026, 6, 24)  # 423.590(a)
    story.decide("2026-06-20 09:00", Outcome.UPHELD)
    # A denial in time is not forwarded: the member asks. 423.590; 423.600
    assert not [one for one in story.now.clocks if one.step is Step.FORWARD]
    assert story.last_day(Step.FILE, "ire") == date(2026, 8, 24)

    story.go_on("2026-07-01 09:00", Level.IRE)
    assert story.last_day(Step.DECIDE, "ire") == date(2026, 7, 8)  # 423.600(d)
    story.decide("2026-07-08 09:00", Outcome.UPHELD)
    assert story.last_day(Step.FILE, "alj") == date(2026, 9, 11)
    story.go_on("2026-08-03 09:00", Level.ALJ)
    story.decide("2026-12-01 09:00", Outcome.UPHELD, arrived="2026-12-04")
    assert story.last_day(Step.FILE, "council") == date(2027, 2, 2)
    story.go_on("2027-01-04 09:00", Level.COUNCIL)
    story.decide("2027-03-01 09:00", Outcome.UPHELD, arrived="2027-03-04")
    assert story.last_day(Step.FILE, "court") == date(2027, 5, 3)
    story.go_on("2027-04-01 09:00", Level.COURT)
    story.decide("2027-09-01 09:00", Outcome.UPHELD)
    assert story.now.next_levels == ()
    assert story.case.status is Status.RESOLVED


@pytest.mark.parametrize(
    ("matter", "said", "due"),
    [
        (
            Matter.EXCEPTION,
            {},
            "2026-04-28 00:00",
        ),  # 423.568(b): 14 days without a statement, 72 hours
        (Matter.EXCEPTION, {"speed": Speed.EXPEDITED}, "2026-04-28 00:00"),
        (Matter.APPEAL, {"speed": Speed.EXPEDITED}, "2026-04-13 14:10"),  # 423.590(d)
    ],
)
def test_part_d_sends_on_within_a_day_what_it_did_not_decide_in_time(matter, said, due):
    story = medicare("2026-04-10 14:10", matter=matter, care=Care.DRUG, **said)

    assert story.due(Step.DECIDE) == story.at(due)
    story.miss()
    assert story.kinds == [Kind.RECEIVED, Kind.LAPSED]
    assert story.now.next_levels == (Level.IRE,)
    day = story.at(due)
    forward = story.due(Step.FORWARD)
    assert 23 < (forward - day).total_seconds() / 3600 <= 24  # 423.568(h), 423.590(c), (e)


@pytest.mark.parametrize(
    ("said", "came", "due"),
    [
        ({}, "2026-04-10 14:10", "2026-04-13 14:10"),  # 423.568(b): with the request
        ({}, "2026-04-09 09:00", "2026-04-13 14:10"),  # before it: no sooner than the request
        ({}, "2026-04-15 11:30", "2026-04-18 11:30"),
        ({}, "2026-04-26 11:30", "2026-04-28 00:00"),  # after day 14: that is over all the same
        ({"speed": Speed.EXPEDITED}, "2026-04-12 11:30", "2026-04-13 11:30"),  # 423.572(a)
    ],
)
def test_an_exception_is_decided_from_the_prescriber_s_statement(said, came, due):
    story = medicare("2026-04-10 14:10", matter=Matter.EXCEPTION, care=Care.DRUG, **said)

    story.state("2026-04-26 12:00", came)

    assert story.due(Step.DECIDE) == story.at(due)
    assert story.case.due_at == story.at(due)
    story.watch("2026-04-28 00:01")
    assert story.kinds == [Kind.RECEIVED, Kind.SUPPORTED, Kind.LAPSED]


def test_no_other_request_waits_for_a_statement_and_it_comes_once():
    exception = medicare("2026-04-10 14:10", matter=Matter.EXCEPTION, care=Care.DRUG)
    appeal = medicare("2026-04-10 14:10", care=Care.DRUG)
    exception.state("2026-04-12 12:00", "2026-04-12 11:00")

    with pytest.raises(BadCourse, match="supported already"):
        exception.state("2026-04-12 12:00", "2026-04-12 11:00")
    with pytest.raises(BadCourse, match="no statement needed"):
        appeal.state("2026-04-12 12:00", "2026-04-12 11:00")


def test_part_d_has_no_more_time_for_anything():
    story = medicare("2026-06-17 09:00", care=Care.DRUG)

    assert story.last_day(Step.DECIDE) == date(2026, 6, 24)
    with pytest.raises(BadCourse, match=r"no extension|0"):
        story.extend("2026-06-18 09:00", 1)
