"""Which coverage stands on a card, and who sees a medical record number."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.coverage.cards import rules
from openmember.coverage.cards.types import CardCoverage

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def stretch(starts_on: date, ends_on: date | None = None, *, plan="Gold", group="G1", line="HLT"):
    return CardCoverage(line, plan, group, starts_on, ends_on)


def test_a_new_premium_leaves_the_effective_date_alone():
    joined = rules.join_stretches(
        [stretch(date(2025, 1, 1), date(2025, 12, 31)), stretch(date(2026, 1, 1))]
    )

    assert joined == (stretch(date(2025, 1, 1)),)


def test_a_new_group_has_a_new_effective_date():
    spans = [stretch(date(2025, 1, 1), date(2025, 12, 31)), stretch(date(2026, 1, 1), group="G2")]

    joined = rules.join_stretches(spans)

    assert rules.of_day(joined, date(2025, 12, 31)) == (spans[0],)
    assert rules.coming(joined, date(2025, 12, 31)) == (spans[1],)
    assert rules.of_day(joined, date(2026, 1, 1)) == (spans[1],)
    assert rules.coming(joined, date(2026, 1, 1)) == ()


def test_a_gap_starts_anew():
    spans = [stretch(date(2025, 1, 1), date(2025, 6, 30)), stretch(date(2025, 7, 2))]

    assert rules.join_stretches(spans) == tuple(spans)
    assert rules.of_day(spans, date(2025, 7, 1)) == ()
    assert rules.ended_on(spans, date(2025, 7, 1)) == date(2025, 6, 30)


def test_medical_coverage_comes_first():
    spans = [stretch(date(2025, 1, 1), line=line) for line in ("DEN", "HLT", "VIS")]

    assert [one.insurance_line for one in rules.of_day(spans, date(2026, 1, 1))] == [
        "HLT", "DEN", "VIS",
    ]  # fmt: skip


@given(st.lists(st.tuples(DAYS, st.none() | DAYS, st.sampled_from("AB")), max_size=6), DAYS)
def test_joining_changes_on_no_day_what_covers(parts, day):
    spans = [stretch(one, end, plan=plan) for one, end, plan in parts if end is None or end >= one]

    before = {(one.plan, one.group_number) for one in rules.of_day(spans, day)}
    after = {(one.plan, one.group_number) for one in rules.of_day(rules.join_stretches(spans), day)}

    assert before == after


@pytest.mark.parametrize(
    ("is_own", "born_on", "sees"),
    [
        (True, date(1970, 1, 1), True),
        (False, date(2008, 11, 30), True),
        (False, date(2008, 11, 29), False),
        (False, None, False),
    ],
)
def test_a_record_number_is_its_members_own_from_the_18th_birthday_on(is_own, born_on, sees):
    day = date(2026, 11, 29)

    assert rules.may_see_record_number(is_own=is_own, born_on=born_on, day=day) is sees
