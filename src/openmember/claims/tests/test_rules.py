"""Whose a claim is, and what it belongs to."""

from datetime import date

import pytest

from openmember.claims.rules import (
    Candidate,
    KnownClaim,
    Place,
    Said,
    match,
    place,
)
from openmember.claims.types import Matched, Reason

DAY = date(2026, 10, 8)
SAID = Said("PAYER", "PCN", "ICN", "", "1", 200_00, 140_00, 60_00, DAY)
KNOWN = KnownClaim("claim:PAYER:ICN", "PCN", "ICN", 200_00, 140_00, 60_00, True, False)


def said(**changes):
    return Said(**{name: getattr(SAID, name) for name in SAID.__dataclass_fields__} | changes)


def known(**changes):
    return KnownClaim(
        **{name: getattr(KNOWN, name) for name in KNOWN.__dataclass_fields__} | changes
    )


REVERSED = said(status="22", charge_cents=-200_00, paid_cents=-140_00, patient_cents=-60_00)
REVERSAL = known(charge_cents=-200_00, paid_cents=-140_00, patient_cents=-60_00, is_reversal=True)


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([], Reason.UNKNOWN_MEMBER),
        ([Candidate("A", 1, False)], Reason.NAME_DIFFERS),
        ([Candidate("A", 1, True)], Matched("A", 1)),
        ([Candidate("A", 1, True), Candidate("A", 1, True)], Matched("A", 1)),
        ([Candidate("A", 1, True), Candidate("A", 2, True)], Matched("A", None)),
        ([Candidate("A", 1, True), Candidate("B", 1, True)], Reason.AMBIGUOUS),
        # Somebody else's number that happens to look the same.
        ([Candidate("A", 1, True), Candidate("B", 2, False)], Matched("A", 1)),
        ([Candidate("A", 1, True, "visit:7")], Matched("A", 1, "visit:7")),
    ],
)
def test_a_claim_is_somebodys_only_when_nothing_speaks_against_it(candidates, expected):
    assert match(candidates) == expected


@pytest.mark.parametrize(
    ("claim", "before", "expected"),
    [
        (SAID, [], Place("claim:PAYER:ICN", True)),
        (said(status="19"), [], Place("claim:PAYER:ICN", False)),
        (said(status="25"), [], Place("claim:PAYER:ICN", False)),
        (said(payer_control=""), [], Place("claim:PAYER:PCN:2026-10-08:20000", True)),
        (SAID, [KNOWN], Reason.KNOWN_CLAIM),
        (SAID, [KNOWN, REVERSAL], Place("claim:PAYER:ICN", True)),
        (said(payer_control="ICN-2", original="ICN"), [KNOWN], Place("claim:PAYER:ICN", True)),
        (said(patient_cents=-1), [], Reason.LESS_THAN_NOTHING),
        (REVERSED, [], Reason.UNKNOWN_REVERSAL),
        (REVERSED, [KNOWN], Place("claim:PAYER:ICN", True)),
        (REVERSED, [known(is_asked=False)], Place("claim:PAYER:ICN", False)),
        (REVERSED, [known(paid_cents=139_00)], Reason.UNKNOWN_REVERSAL),
        (REVERSED, [KNOWN, REVERSAL], Reason.UNKNOWN_REVERSAL),
        (REVERSED, [known(payer_control="OTHER")], Reason.UNKNOWN_REVERSAL),
        (REVERSED, [known(payer_control="")], Place("claim:PAYER:ICN", True)),
    ],
)
def test_a_claim_belongs_where_what_was_taken_before_allows(claim, before, expected):
    assert place(claim, before, "") == expected


def test_a_claim_of_a_visit_belongs_to_the_visit():
    assert place(SAID, [], "visit:7") == Place("visit:7", True)
