"""A short quarter in the suite: holidays, pauses, absence and crashes, and every date right."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.quarter.life import live

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.fault,
    pytest.mark.xdist_group("week"),
]
FIRST = datetime(2026, 11, 12, tzinfo=ZoneInfo("America/Los_Angeles"))


def test_a_quarter_with_crashes_computes_no_date_wrong_and_misses_nothing_in_silence():
    lived = live(disputes=120, kills=6, seed=3, first=FIRST, days=50)

    assert lived.wrong == ()
    assert lived.events["received"] == 120
    assert (
        min(lived.missed, lived.events["lapsed"], lived.events["tolled"], lived.events["extended"])
        > 0
    )
