"""How a bill for care reads."""

from datetime import date

import pytest

from openmember.billing.claim_bills.rules import (
    due_on,
    line_of,
    lines_of,
    reason_for_less,
    title_of,
)
from openmember.billing.types import BillLine, Line
from openmember.claims.types import Episode, PatientShare

DAY = date(2026, 3, 1)


def an_episode(*shares, is_pharmacy=False, served_on=DAY, has_reversal=False):
    return Episode(
        "A", "claim:P:1", None, is_pharmacy, served_on, "Clinic", "claim:1", shares, has_reversal
    )


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (PatientShare("1", 60_00, "99213", DAY), "Deductible, service 99213"),
        (PatientShare("2", 60_00, "99213", DAY), "Coinsurance, service 99213"),
        (PatientShare("3", 60_00, "", DAY), "Copay"),
        (PatientShare("204", 60_00, "99213", DAY), "Your share (reason 204), service 99213"),
        (PatientShare("", 60_00, "Laboratory", DAY), "Laboratory"),
    ],
)
def test_a_line_says_what_kind_of_share_it_is(share, words):
    assert lines_of(an_episode(share)) == (BillLine(words, 60_00, DAY),)


@pytest.mark.parametrize(
    ("episode", "line", "title"),
    [
        (an_episode(), Line.MEDICAL, "Care on March 1, 2026"),
        (an_episode(is_pharmacy=True), Line.PHARMACY, "Prescription on March 1, 2026"),
        (an_episode(served_on=None), Line.MEDICAL, "Care"),
    ],
)
def test_a_title_says_when_and_not_what(episode, line, title):
    assert (line_of(episode), title_of(episode)) == (line, title)


def test_a_bill_for_care_is_due_thirty_days_later():
    assert due_on(date(2026, 1, 31)) == date(2026, 3, 2)


def test_a_reduction_says_whether_the_payer_reversed_itself():
    assert reason_for_less(an_episode(has_reversal=True)) != reason_for_less(an_episode())
