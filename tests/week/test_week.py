"""A short week in the suite: processes are killed, and no contact, promise or clock is lost."""

from datetime import datetime, timedelta

import pytest

from tests.week.life import live
from tests.week.representative import ZONE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.fault,
    pytest.mark.xdist_group("week"),
]

MONDAY = datetime(2026, 11, 30, tzinfo=ZONE)


def test_a_week_with_crashes_loses_no_contact_no_promise_and_no_clock():
    lived = live(
        contacts=120, representatives=5, kills=6, seed=3, monday=MONDAY, step=timedelta(minutes=30)
    )

    assert lived.lost == ()
    assert lived.unequal == ()
    assert lived.kills == 6
    assert sum(lived.outcomes.values()) == lived.calls == 120
    assert min(lived.callbacks["kept"], lived.transfers["accepted"], lived.cases["resolved"]) > 0
