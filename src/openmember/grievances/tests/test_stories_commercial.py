"""Commercial disputes from filing to the last level, each date with its law. Sources: docs/rules, 1 and 3."""

from datetime import date

import pytest

from openmember.cases.types import Status
from openmember.coverage.types import CoverageType
from openmember.grievances.testing import self_funded_groups
from openmember.grievances.tests.telling import Story
from openmember.grievances.types import (
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
GROUP = CoverageType.EMPLOYER


@pytest.fixture
def groups(settings, tmp_path):
    with self_funded_groups(settings, tmp_path):
        yield


# Filed on Monday March 2, denied on March 12 by a letter that came on the 16th, taken outside on April 1.
# Federal: 30 days, 29 CFR 2560.503-1(i)(2)(ii); four months and five business days, 45 CFR 147.136(d)(2).
STATES = [
    # HSC 1368(a)(4)(A), 1368.01(a); IMR six months from the decision, three business days, 30 days: 1374.30-.33
    ("CA", "2026-03-07", "2026-04-01", "2026-09-12", "2026-04-06", "2026-05-01"),
    # 3 CCR 702-4-2-17-11: thirty days; CRS 10-16-113.5: four months, 45 days
    ("CO", None, "2026-04-01", "2026-07-16", "2026-04-08", "2026-05-16"),
    # Ga. R. 120-2-111-.04(2): thirty days; OCGA 33-20A-36, -37: three business days, fifteen business days
    ("GA", None, "2026-04-01", "2026-07-16", "2026-04-06", "2026-04-22"),
    # HRS 432E-5(d) gives sixty days, so the federal thirty govern; 432E-34: 130 days, five business days, 45
    ("HI", None, "2026-04-01", "2026-07-24", "2026-04-08", "2026-05-16"),
    # Ins. 15-10A-02: thirty working days, later than the federal; 15-10A-03: seven, later too; 45 days
    ("MD", None, "2026-04-01", "2026-07-16", "2026-04-08", "2026-05-16"),
    # Va. Code 38.2-3561: 120 days, two short of four months; 45 days
    ("VA", None, "2026-04-01", "2026-07-16", "2026-04-08", "2026-05-16"),
    # DC Code 44-301.06(c), (f): ten business days, thirty days; 44-301.07(m): five days, 45 days
    ("DC", "2026-03-16", "2026-04-01", "2026-07-16", "2026-04-06", "2026-05-16"),
    # ORS 743B.250: seven days, thirty days; 743B.255(1): 180 days; 743B.256: thirty days
    ("OR", "2026-03-09", "2026-04-01", "2026-09-12", "2026-04-08", "2026-05-01"),
    # WAC 284-43-3110: fourteen days; -3150(5): 180 days; RCW 48.43.535(6): twenty days
    ("WA", None, "2026-03-16", "2026-09-12", "2026-04-08", "2026-04-21"),
]


@pytest.mark.parametrize(("state", "told", "decided", "ask_by", "papers", "reviewed"), STATES)
def test_an_insured_group_s_appeal_goes_through_its_state_s_review(
    state, told, decided, ask_by, papers, reviewed
):
    story = Story("2026-03-02 10:00", state=state, covered=GROUP)

    assert story.now.track.law is Law.GROUP
    assert story.last_day(Step.DECIDE) == date.fromisoformat(decided)
    if told:
        assert story.last_day(Step.ACKNOWLEDGE) == date.fromisoformat(told)
    else:
        assert not [one for one in story.now.clocks if one.step is Step.ACKNOWLEDGE]

    story.acknowledge("2026-03-03 09:00")
    story.decide("2026-03-12 15:00", Outcome.UPHELD, arrived="2026-03-16")
    assert Level.EXTERNAL in story.now.next_levels
    assert story.last_day(Step.FILE, "external") == date.fromisoformat(ask_by)
    assert story.clock(Step.FILE, "external").is_firm

    story.go_on("2026-04-01 09:00", Level.EXTERNAL)
    assert story.last_day(Step.DOCUMENTS) == date.fromisoformat(papers)
    assert story.last_day(Step.DECIDE, "external") == date.fromisoformat(reviewed)
    assert story.clock(Step.DECIDE, "external").whose is Whose.REVIEWER

    story.do("2026-04-02 09:00", Step.DOCUMENTS)
    story.decide("2026-04-20 09:00", Outcome.OVERTURNED)
    if state == "CA":
        assert story.last_day(Step.EFFECTUATE) == date(2026, 4, 27)  # HSC 1374.34(a)
    story.carry_out("2026-04-21 09:00")
    assert not story.now.is_open
    assert story.case.status is Status.RESOLVED


def test_colorado_s_group_may_ask_a_second_time_first_and_need_not():
    story = Story("2026-03-02 10:00", state="CO", covered=GROUP)
    story.decide("2026-03-12 15:00", Outcome.UPHELD, arrived="2026-03-16")

    assert set(story.now.next_levels) == {Level.EXTERNAL, Level.PLAN_2}
    assert story.last_day(Step.FILE, "plan_2") == date(2026, 5, 15)  # sixty days, Reg 4-2-17
    story.go_on("2026-04-01 09:00", Level.PLAN_2)
    story.decide("2026-04-20 09:00", Outcome.UPHELD, arrived="2026-04-23")
    assert story.last_day(Step.FILE, "external") == date(2026, 8, 24)  # four months: a Sunday


def test_a_group_that_pays_its_own_claims_and_decides_twice_goes_to_a_private_reviewer(groups):
    story = Story("2026-12-24 10:00", state="MD", covered=GROUP, group="TWICE")

    assert (story.now.track.law, story.now.track.levels) == (Law.SELF_FUNDED, 2)
    assert story.last_day(Step.DECIDE) == date(2027, 1, 8)  # fifteen days: (i)(2)(ii)
    story.decide("2027-01-08 10:00", Outcome.UPHELD, arrived="2027-01-12")
    assert story.now.next_levels == (Level.PLAN_2,)
    story.go_on("2027-02-01 09:00", Level.PLAN_2)
    assert story.last_day(Step.DECIDE, "plan_2") == date(2027, 2, 16)
    story.decide("2027-02-16 09:00", Outcome.UPHELD, arrived="2027-02-19")
    # June 19 is a Saturday and a holiday, kept on Friday: Monday. 45 CFR 147.136(d)(2)(i)
    assert story.last_day(Step.FILE, "external") == date(2027, 6, 21)
    story.go_on("2027-03-01 09:00", Level.EXTERNAL)
    assert story.last_day(Step.PRELIMINARY) == date(2027, 3, 8)
    assert story.last_day(Step.DECIDE, "external") == date(2027, 4, 15)
    assert story.clock(Step.DECIDE, "external").governs.clock.id == "FED-EXT-DEC"
    story.decide("2027-04-01 09:00", Outcome.UPHELD)
    assert story.now.next_levels == ()
    assert story.case.status is Status.RESOLVED


def test_a_plan_of_the_exchange_that_is_late_on_a_paid_claim_opens_the_review_by_itself():
    story = Story(
        "2026-12-15 10:00", state="GA", covered=CoverageType.EXCHANGE, care=Care.POST_SERVICE
    )

    assert story.now.track.law is Law.INDIVIDUAL
    assert story.last_day(Step.DECIDE) == date(2027, 2, 13)  # sixty days: (i)(2)(iii)(A)
    story.watch("2027-02-13 23:59")
    assert story.kinds == [Kind.RECEIVED]
    story.miss()
    assert story.kinds == [Kind.RECEIVED, Kind.LAPSED]
    assert story.now.next_levels == (Level.EXTERNAL,)  # 45 CFR 147.136(b)(2)(ii)(F): exhausted
    assert story.clock(Step.DECIDE).met_at is None
    # Still owed to the member, who goes on all the same.
    story.go_on("2027-02-20 09:00", Level.EXTERNAL)
    assert story.last_day(Step.DECIDE, "external") == date(2027, 3, 12)  # fifteen business days


def test_cobra_is_as_its_group(groups):
    for group, state in (("", "WA"), ("ONCE", "WA"), ("TWICE", "CA")):
        told = [
            Story("2026-03-02 10:00", state=state, covered=covered, group=group)
            for covered in (CoverageType.COBRA, GROUP)
        ]
        cobra, employer = (one.now for one in told)
        assert cobra.track == employer.track
        assert cobra.clocks == employer.clocks
    assert employer.track.law is Law.SELF_FUNDED


@pytest.mark.parametrize(
    ("state", "when", "due"),
    [
        ("HI", "2026-07-03 20:15", "2026-07-06 20:15"),  # HRS 432E-5(e); 29 CFR 2560.503-1(i)(2)(i)
        ("DC", "2026-11-20 09:00", "2026-11-21 09:00"),  # DC Code 44-301.06: one day
        ("CO", "2026-10-31 10:00", "2026-11-03 09:00"),  # 72 hours over the end of summer time
    ],
)
def test_an_urgent_appeal_is_decided_in_hours_that_run_through_nights_and_holidays(
    state, when, due
):
    story = Story(when, state=state, covered=GROUP, speed=Speed.EXPEDITED)

    assert story.due(Step.DECIDE) == story.at(due)
    story.miss()
    assert story.now.next_levels == (Level.EXTERNAL,)
    story.go_on(due.replace(due[-5:], "23:00"), Level.EXTERNAL)
    assert story.now.speed is Speed.EXPEDITED


def test_made_urgent_later_it_goes_by_the_earlier_of_both_clocks():
    story = Story("2026-03-02 10:00", state="CA", covered=GROUP)
    story.expedite("2026-03-10 08:00")

    assert story.last_day(Step.DECIDE) == date(2026, 3, 13)  # HSC 1368.01(b): three days
    assert story.due(Step.DECIDE) == story.at("2026-03-13 08:00")  # 72 hours end sooner


def test_a_californian_s_grievance_is_answered_in_thirty_days_and_then_the_regulator_is_open():
    story = Story(
        "2026-11-20 09:00", state="CA", covered=GROUP, matter=Matter.GRIEVANCE, care=Care.SERVICE,
        happened_on=date(2026, 11, 1),
    )  # fmt: skip

    assert story.last_day(Step.ACKNOWLEDGE) == date(2026, 11, 25)  # HSC 1368(a)(4)(A)
    assert story.last_day(Step.DECIDE) == date(2026, 12, 20)  # a Sunday, no roll: HSC 1368.01(a)
    assert story.last_day(Step.WAIT) == date(2026, 12, 20)  # HSC 1368.03
    story.acknowledge("2026-11-24 09:00")
    story.decide("2026-12-10 09:00", Outcome.ANSWERED)
    assert story.now.next_levels == ()
    assert story.case.status is Status.RESOLVED


@pytest.mark.parametrize("matter", [Matter.BILLING, Matter.ACCESS])
def test_what_no_law_gives_a_day_keeps_our_own_promise_to_the_end(matter):
    care = Care.POST_SERVICE if matter is Matter.BILLING else Care.SERVICE
    story = Story("2026-03-02 10:00", state="WA", covered=GROUP, matter=matter, care=care)

    assert not [one for one in story.now.clocks if one.step is Step.DECIDE]
    assert story.case.due_at is not None
    story.decide("2026-03-09 10:00", Outcome.OVERTURNED)
    story.carry_out("2026-03-10 10:00")
    assert story.case.status is Status.RESOLVED
