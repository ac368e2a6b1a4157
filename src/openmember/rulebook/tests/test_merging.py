"""Plan duties take the earliest date of several laws, member rights the latest; both are shown."""

import pytest

from openmember.rulebook.clocks import due
from openmember.rulebook.merging import earliest, latest


def test_a_pre_service_appeal_in_maryland_and_hawaii_is_decided_by_the_federal_day():
    for state in ("MD-GRV-PRE", "HI-APL-DEC"):
        merged = earliest([due(state, "2026-10-01"), due("FED-APL-PRE", "2026-10-01")])

        assert (merged.governs.clock.id, merged.governs.notation) == ("FED-APL-PRE", "2026-10-31")
        assert [lost.due.clock.id for lost in merged.lost] == [state]
        assert "earlier" in merged.lost[0].reason
        assert merged.lost[0].due.clock.citation in merged.lost[0].reason


def test_a_member_in_hawaii_may_file_for_external_review_until_the_later_day():
    merged = latest([due("FED-EXT-FILE", "2026-10-30"), due("HI-EXT-FILE", "2026-10-30")])

    assert (merged.governs.clock.id, merged.governs.notation) == ("HI-EXT-FILE", "2027-03-09")
    assert "2027-03-01" in merged.lost[0].reason


def test_hours_beat_days_that_end_later():
    hours = due("FED-APL-URG", "2026-10-30T10:00 America/Los_Angeles")
    days = due("CA-GRV-EXP", "2026-10-30")

    assert earliest([days, hours]).governs is hours
    assert latest([days, hours]).governs is days


def test_the_same_day_under_two_laws_is_said():
    merged = earliest([due("FED-APL-POST", "2026-01-15"), due("CO-APL-POST", "2026-01-15")])

    assert "gives the same" in merged.lost[0].reason


def test_no_deadline_is_no_answer():
    with pytest.raises(ValueError, match="no deadline"):
        earliest([])
