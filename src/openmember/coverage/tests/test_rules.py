from dataclasses import replace
from datetime import date

import pytest

from openmember.coverage import rules
from openmember.coverage.rules import Act, Cannot
from openmember.coverage.types import CoverageType, Span

GOLD = Span("HLT", "GOLD", "FAM", "G1", CoverageType.EMPLOYER, date(2026, 1, 1), id=7)
SILVER = replace(GOLD, plan="SILVER", id=None)


def test_coverage_from_a_day_on_is_added():
    assert rules.add((), GOLD) == (rules.Step(Act.ADD, GOLD),)


def test_coverage_known_already_is_left_alone():
    assert rules.add((GOLD,), replace(GOLD, id=None)) == ()


def test_coverage_that_overlaps_another_is_not_guessed_at():
    with pytest.raises(Cannot, match="overlaps"):
        rules.add((GOLD,), replace(SILVER, starts_on=date(2026, 3, 1)))


def test_another_line_of_insurance_may_overlap():
    dental = replace(GOLD, insurance_line="DEN", id=None)

    assert rules.add((GOLD,), dental) == (rules.Step(Act.ADD, dental),)


def test_a_change_ends_the_old_terms_the_day_before():
    wanted = replace(SILVER, starts_on=date(2026, 3, 1))

    assert rules.change((GOLD,), wanted) == (
        rules.Step(Act.END, replace(GOLD, ends_on=date(2026, 2, 28))),
        rules.Step(Act.ADD, wanted),
    )


def test_a_change_from_the_first_day_corrects_the_span():
    assert rules.change((GOLD,), SILVER) == (rules.Step(Act.CHANGE, replace(SILVER, id=7)),)


def test_a_change_that_says_nothing_new_does_nothing():
    assert rules.change((GOLD,), replace(GOLD, id=None, starts_on=date(2026, 5, 1))) == ()


def test_a_change_keeps_a_known_end():
    ending = replace(GOLD, ends_on=date(2026, 12, 31))

    added = rules.change((ending,), replace(SILVER, starts_on=date(2026, 3, 1)))[-1]

    assert added.span.ends_on == date(2026, 12, 31)


def test_what_is_not_covered_cannot_be_changed():
    with pytest.raises(Cannot, match="no HLT coverage"):
        rules.change((), SILVER)


def test_ending_ends_what_goes_on_and_cancels_what_starts_later():
    later = replace(SILVER, starts_on=date(2026, 9, 1), id=8)
    ended = replace(GOLD, ends_on=date(2026, 5, 31))

    assert rules.end((replace(GOLD, ends_on=date(2026, 8, 31)), later), None, date(2026, 5, 31)) == (
        rules.Step(Act.END, ended),
        rules.Step(Act.CANCEL, later),
    )  # fmt: skip


def test_ending_again_does_nothing():
    assert rules.end((replace(GOLD, ends_on=date(2026, 5, 31)),), "HLT", date(2026, 5, 31)) == ()


def test_reinstating_without_a_gap_goes_on():
    ended = replace(GOLD, ends_on=date(2026, 5, 31))

    assert rules.reinstate((ended,), replace(GOLD, starts_on=date(2026, 6, 1))) == (
        rules.Step(Act.REINSTATE, GOLD),
    )


def test_reinstating_after_a_gap_starts_anew():
    ended = replace(GOLD, ends_on=date(2026, 5, 31))
    wanted = replace(GOLD, id=None, starts_on=date(2026, 8, 1))

    assert rules.reinstate((ended,), wanted) == (rules.Step(Act.ADD, wanted),)


def test_what_never_was_cannot_be_reinstated():
    with pytest.raises(Cannot, match="no HLT coverage"):
        rules.reinstate((), GOLD)
