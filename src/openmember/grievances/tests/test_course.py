"""Disputes from filing to the last level. Sources: docs/rules, and the citation of each clock."""

from datetime import date

import pytest

from openmember.grievances.course import standing
from openmember.grievances.testing import (
    DENIAL,
    EASTERN,
    HAWAII,
    PACIFIC,
    at,
    clock,
    happened,
    last_day_of,
    received,
)
from openmember.grievances.types import BadCourse, Kind, Lapse, Level, Matter, Outcome, Step, Whose


def test_maryland_s_working_days_are_longer_than_the_federal_days_and_lose():
    found = standing([received("2026-10-01 09:00", EASTERN, place="MD")])

    decide = clock(found, Step.DECIDE)
    assert last_day_of(found, Step.DECIDE) == date(2026, 10, 31)
    assert decide.governs.clock.id == "FED-APL-PRE"
    assert [(one.clock.id, one.why_not) for one in decide.lost] == [("MD-GRV-PRE", "later_duty")]


def test_hawaii_gives_more_days_to_ask_for_external_review_than_the_federal_four_months():
    found = standing(
        [
            received("2026-10-01 09:00", HAWAII, place="HI"),
            happened(Kind.DECIDED, "2026-10-30 15:00", HAWAII, outcome="upheld"),
            happened(Kind.DELIVERED, "2026-11-02 15:00", HAWAII, on="2026-10-30"),
        ]
    )

    right = clock(found, Step.FILE, "external")
    assert (right.governs.clock.id, right.is_firm) == ("HI-EXT-FILE", True)
    assert last_day_of(found, Step.FILE, "external") == date(2027, 3, 9)


def test_a_right_that_counts_from_receipt_is_not_firm_until_the_letter_is_known_to_have_come():
    denied = [
        received("2026-05-01 09:00", EASTERN, place="VA"),
        happened(Kind.DECIDED, "2026-05-29 15:00", EASTERN, outcome="upheld"),
    ]
    later = [*denied, happened(Kind.DELIVERED, "2026-06-05 15:00", EASTERN, on="2026-06-04")]

    assert not clock(standing(denied), Step.FILE, "external").is_firm
    assert last_day_of(standing(denied), Step.FILE, "external") == date(2026, 9, 29)
    assert last_day_of(standing(later), Step.FILE, "external") == date(
        2026, 10, 5
    )  # rolled from Sunday


def test_a_claim_tolled_for_records_goes_on_with_the_days_that_were_left():
    # docs/rules: received Jan 5, extension for records sent Jan 20, reply Feb 20, due Mar 22.
    found = standing(
        [
            received("2026-01-05 10:00", EASTERN, law="self_funded", place="US", matter="determination",
                     care="post_service"),
            happened(Kind.EXTENDED, "2026-01-20 09:00", EASTERN, days=15),
            happened(Kind.TOLLED, "2026-01-20 09:00", EASTERN),
            happened(Kind.RESUMED, "2026-02-20 09:00", EASTERN),
        ]
    )  # fmt: skip

    assert last_day_of(found, Step.DECIDE) == date(2026, 3, 22)


def test_a_clock_that_stands_still_has_no_date_and_the_member_has_forty_five_days():
    found = standing(ASKED)

    assert found.is_tolled
    assert clock(found, Step.DECIDE).due_at is None
    assert clock(found, Step.DECIDE).paused_at == at("2026-01-20 09:00", EASTERN)
    assert last_day_of(found, Step.SUPPLY) == date(2026, 3, 6)  # 29 CFR 2560.503-1(f)(2)(iii)
    assert clock(found, Step.SUPPLY).whose is Whose.MEMBER


ASKED = [
    received("2026-01-05 10:00", EASTERN, law="self_funded", place="US", matter="determination",
             care="post_service"),
    happened(Kind.EXTENDED, "2026-01-20 09:00", EASTERN, days=15),
    happened(Kind.TOLLED, "2026-01-20 09:00", EASTERN, until="2026-03-06"),
]  # fmt: skip


def test_a_clock_nobody_answers_goes_on_by_itself_whatever_is_written_later():
    later = standing([*ASKED, happened(Kind.ACKNOWLEDGED, "2026-03-20 09:00", EASTERN)])
    ended = standing(
        [*ASKED, happened(Kind.RESUMED, "2026-04-01 09:00", EASTERN, came_at="2026-03-31T09:00:00-04:00")]
    )  # fmt: skip

    # Thirty of the forty-five days were left when it stopped: from March 7, when the last day was over.
    assert last_day_of(later, Step.DECIDE) == last_day_of(ended, Step.DECIDE) == date(2026, 4, 6)
    assert not later.is_tolled


def test_an_answer_written_down_late_counts_from_the_day_it_came():
    found = standing(
        [*ASKED, happened(Kind.RESUMED, "2026-03-02 09:00", EASTERN, came_at="2026-02-20T00:00:00-05:00")]
    )  # fmt: skip

    assert last_day_of(found, Step.DECIDE) == date(2026, 3, 22)
    assert clock(found, Step.SUPPLY).met_at == at("2026-02-20 00:00", EASTERN)


def test_an_urgent_claim_that_lacks_something_is_decided_in_forty_eight_hours_of_the_answer():
    # 29 CFR 2560.503-1(f)(2)(i): asked within 24 hours, 48 hours at least to answer, decided in 48 after.
    urgent = received("2026-03-02 10:00", EASTERN, law="self_funded", place="US", matter="determination",
                      speed="expedited")  # fmt: skip
    asked = happened(Kind.TOLLED, "2026-03-02 12:00", EASTERN, until="2026-03-04")
    answered = standing([urgent, asked, happened(Kind.RESUMED, "2026-03-03 08:00", EASTERN)])

    assert clock(answered, Step.DECIDE).due_at == at("2026-03-05 08:00", EASTERN)
    assert clock(answered, Step.DECIDE).governs.clock.id == "FED-CLM-URG-INC-DEC"
    # That clock replaces the one of 72 hours, which no pause makes longer.
    assert "FED-CLM-URG" not in [one.clock.id for one in clock(answered, Step.DECIDE).lost]
    with pytest.raises(BadCourse, match="2026-03-04"):
        standing([urgent, happened(Kind.TOLLED, "2026-03-02 12:00", EASTERN, until="2026-03-03")])
    with pytest.raises(BadCourse, match="toll too late"):
        standing([urgent, happened(Kind.TOLLED, "2026-03-03 10:00", EASTERN)])


def test_an_appeal_stands_still_for_new_evidence_alone_and_a_claim_s_pause_gives_it_nothing():
    # 45 CFR 147.136(b)(2)(ii)(C): no other ground on appeal.
    appeal = received("2026-01-05 10:00", EASTERN, law="self_funded", place="US")
    shown = happened(Kind.TOLLED, "2026-01-30 10:00", EASTERN, until="2026-02-06")
    claimed = happened(Kind.RELABELLED, "2026-02-25 10:00", EASTERN, matter="appeal")

    answered = standing([appeal, shown, happened(Kind.RESUMED, "2026-02-04 10:00", EASTERN)])
    relabelled = standing([*ASKED[:3], claimed])

    assert last_day_of(standing([appeal]), Step.DECIDE) == date(2026, 2, 4)
    assert last_day_of(answered, Step.DECIDE) == date(2026, 2, 9)  # five days
    assert last_day_of(relabelled, Step.DECIDE) == date(2026, 3, 6)  # sixty from receipt, no pause


@pytest.mark.parametrize("matter", [one.value for one in Matter])
@pytest.mark.parametrize("law", ["individual", "ma"])
def test_what_was_late_stays_late_whatever_it_is_called_then(law, matter):
    grievance = received("2026-01-05 10:00", law=law, matter="grievance", care="service")
    at_last = clock(standing([grievance]), Step.DECIDE).due_at
    before = happened(Kind.RELABELLED, "2026-01-20 10:00", matter=matter, care="pre_service")
    after = happened(Kind.RELABELLED, "2026-02-20 10:00", matter=matter, care="pre_service")
    answer = happened(Kind.DECIDED, "2026-02-21 10:00", **DENIAL)

    late = standing([grievance, after])

    assert clock(late, Step.DECIDE).due_at <= at_last
    assert clock(late, Step.DECIDE).is_missed(after.at)
    assert clock(standing([grievance, after, answer]), Step.DECIDE).met_at == answer.at
    free = [one for one in standing([grievance, before]).clocks if one.step is Step.DECIDE]
    assert matter != "billing" or free == []


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([ASKED[0], happened(Kind.TOLLED, "2026-01-20 09:00", EASTERN)], "toll needs notice"),
        ([*ASKED[:2], happened(Kind.TOLLED, "2026-01-20 09:00", EASTERN, until="2026-03-05")], "2026-03-06"),
        ([*ASKED[:2], happened(Kind.TOLLED, "2026-02-05 09:00", EASTERN)], "toll too late"),
        ([*ASKED, happened(Kind.TOLLED, "2026-01-21 09:00", EASTERN)], "tolled already"),
        (
            [*ASKED, happened(Kind.RESUMED, "2026-01-22 09:00", EASTERN),
             happened(Kind.TOLLED, "2026-01-23 09:00", EASTERN)],
            "tolled once",
        ),
        (
            [*ASKED, happened(Kind.RESUMED, "2026-01-22 09:00", EASTERN, came_at="2026-01-23T09:00:00-05:00")],
            "still to come",
        ),
    ],
)  # fmt: skip
def test_a_clock_stands_still_only_as_the_law_says(events, why):
    with pytest.raises(BadCourse, match=why):
        standing(events)


def test_a_group_with_two_levels_has_half_the_time_at_each_and_then_review_outside():
    events = [
        received("2026-12-24 10:00", EASTERN, law="self_funded", place="US", levels=2),
        happened(Kind.DECIDED, "2027-01-08 16:00", EASTERN, outcome="upheld"),
    ]
    first = standing(events)
    second = standing(
        [
            *events,
            happened(Kind.ESCALATED, "2027-02-01 10:00", EASTERN, level="plan_2"),
            happened(Kind.DECIDED, "2027-02-16 10:00", EASTERN, outcome="upheld"),
        ]
    )

    assert last_day_of(first, Step.DECIDE) == date(2027, 1, 8)
    assert first.next_levels == (Level.PLAN_2,)
    assert last_day_of(second, Step.DECIDE, "plan_2") == date(2027, 2, 16)
    assert second.next_levels == (Level.EXTERNAL,)


def test_a_commercial_appeal_that_is_late_opens_external_review_and_is_owed_all_the_same():
    events = [received("2026-03-02 10:00", PACIFIC, place="OR")]
    late = standing(
        [*events, happened(Kind.LAPSED, "2026-04-02 00:10", step="decide", lapse="exhausted")]
    )

    assert last_day_of(late, Step.DECIDE) == date(2026, 4, 1)
    assert clock(late, Step.DECIDE).met_at is None
    assert late.is_open
    assert late.next_levels == (Level.EXTERNAL,)
    assert clock(late, Step.FILE, "external").whose is Whose.MEMBER


def test_a_clock_does_not_lapse_before_its_time():
    with pytest.raises(BadCourse, match="not lapsed"):
        standing(
            [
                received("2026-03-02 10:00", PACIFIC, place="OR"),
                happened(Kind.LAPSED, "2026-04-01 23:59", step="decide", lapse="exhausted"),
            ]
        )


def test_california_reviews_within_its_own_days_and_the_plan_sends_its_papers_in_three():
    found = standing(
        [
            received("2026-07-20 10:00"),
            happened(Kind.DECIDED, "2026-08-14 16:00", outcome="upheld", notice_on="2026-08-31"),
            happened(Kind.DELIVERED, "2026-09-02 16:00", on="2026-08-31"),
        ]
    )
    asked = standing(
        [
            received("2026-07-20 10:00"),
            happened(Kind.DECIDED, "2026-08-14 16:00", outcome="upheld"),
            happened(Kind.ESCALATED, "2026-11-20 10:00", level="external"),
        ]
    )

    assert last_day_of(found, Step.FILE, "external") == date(2027, 3, 1)  # six months: no Feb 31
    assert last_day_of(asked, Step.DOCUMENTS, "external") == date(2026, 11, 25)
    assert last_day_of(asked, Step.DECIDE, "external") == date(2026, 12, 20)
    assert clock(asked, Step.DECIDE, "external").whose is Whose.REVIEWER


def test_medicare_advantage_goes_to_the_review_entity_by_itself_and_on_to_court():
    events = [
        received("2026-03-02 10:00", EASTERN, law="ma", place="MD"),
        happened(Kind.DECIDED, "2026-03-30 10:00", EASTERN, outcome="upheld"),
    ]
    denied = standing(events)
    events += [
        happened(Kind.ESCALATED, "2026-04-01 09:00", EASTERN, level="ire"),
        happened(Kind.DECIDED, "2026-05-01 09:00", EASTERN, outcome="upheld"),
    ]
    reviewed = standing(events)
    for level, day in (("alj", "2026-06-01"), ("council", "2026-11-01"), ("court", "2027-03-01")):
        events += [
            happened(Kind.ESCALATED, f"{day} 09:00", EASTERN, level=level),
            happened(Kind.DECIDED, f"{day} 17:00", EASTERN, outcome="upheld"),
        ]

    assert last_day_of(denied, Step.DECIDE) == date(2026, 4, 1)
    forward = clock(denied, Step.FORWARD)
    assert (forward.whose, forward.met_at) == (Whose.PLAN, None)
    assert last_day_of(denied, Step.FORWARD) == date(2026, 4, 1)  # by the same day, not after it
    assert clock(reviewed, Step.FORWARD).met_at is not None
    # Sixty days from the entity's notice, presumed to come in five.
    assert last_day_of(reviewed, Step.FILE, "alj") == date(2026, 7, 5)
    assert standing(events).next_levels == ()


def test_medicare_allows_sixty_five_days_from_the_notice_and_more_when_it_came_later():
    in_time = standing(
        [received("2026-05-06 20:00", EASTERN, law="ma", place="VA", notice_on="2026-03-02")]
    )
    late_post = standing(
        [
            received(
                "2026-05-06 20:00", EASTERN, law="ma", place="VA", notice_on="2026-03-02",
                delivered_on="2026-03-12",
            )
        ]
    )  # fmt: skip
    early_post = standing(
        [
            received(
                "2026-05-06 20:00", EASTERN, law="ma", place="VA", notice_on="2026-03-02",
                delivered_on="2026-03-03",
            )
        ]
    )  # fmt: skip
    before_the_change = standing(
        [received("2025-02-01 20:00", EASTERN, law="ma", place="VA", notice_on="2024-12-20")]
    )

    assert last_day_of(in_time, Step.FILE) == date(2026, 5, 6)
    assert not clock(in_time, Step.FILE).is_missed(in_time.received_at)
    assert last_day_of(late_post, Step.FILE) == date(2026, 5, 11)
    assert last_day_of(early_post, Step.FILE) == date(2026, 5, 6)
    assert last_day_of(before_the_change, Step.FILE) == date(2025, 2, 18)
    assert clock(before_the_change, Step.FILE).governs.clock.id == "MA-RECON-FILE-OLD"


def test_an_extension_of_an_expedited_reconsideration_is_in_days_and_a_part_b_drug_has_none():
    asked = received("2026-03-02 10:00", EASTERN, law="ma", place="GA", speed="expedited")
    longer = standing([asked, happened(Kind.EXTENDED, "2026-03-04 10:00", EASTERN, days=14)])
    drug = received(
        "2026-03-02 10:00", EASTERN, law="ma", place="GA", speed="expedited", care="part_b_drug"
    )

    assert clock(longer, Step.DECIDE).due_at == at("2026-03-19 11:00", EASTERN)  # DST began
    with pytest.raises(BadCourse, match=r"no extension|0"):
        standing([drug, happened(Kind.EXTENDED, "2026-03-04 10:00", EASTERN, days=14)])


def test_part_d_forwards_only_what_it_did_not_decide_in_time():
    asked = received("2026-06-17 09:00", EASTERN, law="pd", place="US", care="drug")
    denied = standing(
        [asked, happened(Kind.DECIDED, "2026-06-20 09:00", EASTERN, outcome="upheld")]
    )
    late = standing(
        [asked, happened(Kind.LAPSED, "2026-06-25 00:30", EASTERN, step="decide", lapse="forward")]
    )

    assert last_day_of(denied, Step.DECIDE) == date(2026, 6, 24)
    assert not [one for one in denied.clocks if one.step is Step.FORWARD]
    assert denied.next_levels == (Level.IRE,)
    assert clock(late, Step.FORWARD).due_at == at("2026-06-25 23:59:59.999999", EASTERN)


def test_silence_of_medicare_advantage_is_a_denial_that_can_be_appealed():
    found = standing(
        [
            received("2026-02-02 09:00", EASTERN, law="ma", place="US", matter="determination",
                     care="authorization"),
            happened(Kind.LAPSED, "2026-02-10 00:05", EASTERN, step="decide", lapse="adverse"),
        ]
    )  # fmt: skip

    assert (found.last.outcome, found.last.by_law) == (Outcome.UPHELD, True)
    assert clock(found, Step.DECIDE).met_at is None
    assert last_day_of(found, Step.FILE, "plan") == date(2026, 4, 16)


def test_an_authorization_that_colorado_s_insurer_left_unanswered_is_granted():
    found = standing(
        [
            received("2026-11-20 09:00", "America/Denver", place="CO", matter="determination"),
            happened(
                Kind.LAPSED, "2026-12-01 00:05", "America/Denver", step="decide", lapse="granted"
            ),
        ]
    )

    assert found.last.outcome is Outcome.OVERTURNED
    assert clock(found, Step.DECIDE).lapse is Lapse.GRANTED


def test_made_expedited_later_it_is_due_by_the_earlier_of_both_clocks():
    asked = received("2026-03-02 10:00", EASTERN, place="DC")
    soon = standing([asked, happened(Kind.EXPEDITED, "2026-03-10 08:00", EASTERN)])
    at_the_end = standing([asked, happened(Kind.EXPEDITED, "2026-04-01 20:00", EASTERN)])

    assert clock(soon, Step.DECIDE).governs.clock.id == "DC-APL-URG"
    assert clock(soon, Step.DECIDE).due_at == at("2026-03-11 08:00", EASTERN)
    assert clock(at_the_end, Step.DECIDE).due_at == at("2026-04-02 00:00", EASTERN)


def test_what_was_filed_under_the_wrong_name_keeps_the_day_it_came():
    found = standing(
        [
            received("2026-11-02 09:00", law="ma", place="CA", matter="grievance", care="service"),
            happened(Kind.RELABELLED, "2026-11-20 09:00", matter="appeal", care="pre_service"),
        ]
    )

    assert last_day_of(found, Step.DECIDE) == date(2026, 12, 2)
    assert found.received_at == at("2026-11-02 09:00", PACIFIC)


def test_a_dismissal_taken_back_gives_the_plan_no_new_time():
    found = standing(
        [
            received("2026-03-02 10:00", EASTERN, law="ma", place="MD"),
            happened(Kind.DECIDED, "2026-03-20 10:00", EASTERN, outcome="dismissed"),
            happened(Kind.VACATED, "2026-03-25 10:00", EASTERN),
        ]
    )

    assert last_day_of(found, Step.DECIDE) == date(2026, 4, 1)
    assert found.is_open


def test_a_decision_for_the_member_stays_open_until_it_is_carried_out():
    decided = [
        received("2026-03-02 10:00", EASTERN, law="ma", place="MD", speed="expedited"),
        happened(Kind.DECIDED, "2026-03-04 10:00", EASTERN, outcome="overturned"),
    ]
    carried_out = [*decided, happened(Kind.EFFECTUATED, "2026-03-05 10:00", EASTERN)]

    assert standing(decided).is_open
    assert standing(decided).next_due.step in {Step.EFFECTUATE, Step.CONFIRM}
    assert not standing(carried_out).is_open


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([happened(Kind.DECIDED, "2026-03-04 10:00", outcome="upheld")], "never received"),
        ([received("2026-03-02 10:00"), received("2026-03-03 10:00")], "received twice"),
        ([received("2026-03-02 10:00"), happened(Kind.RESUMED, "2026-03-03 10:00")], "not tolled"),
        ([received("2026-03-02 10:00"), happened(Kind.VACATED, "2026-03-03 10:00")], "not dismissed"),
        (
            [received("2026-03-02 10:00"), happened(Kind.ESCALATED, "2026-03-03 10:00", level="external")],
            "external",
        ),
        (
            [received("2026-03-02 10:00"), happened(Kind.EXTENDED, "2026-03-03 10:00", days=14)],
            "0|no extension",
        ),
    ],
)  # fmt: skip
def test_what_cannot_happen_is_refused(events, why):
    with pytest.raises(BadCourse, match=why):
        standing(events)
