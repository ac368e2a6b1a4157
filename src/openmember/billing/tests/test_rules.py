from datetime import date

import pytest

from openmember.billing.rules import status_of
from openmember.billing.types import BillStatus

TODAY = date(2026, 11, 22)
FACTS = {
    "amount_cents": 100_00,
    "adjusted_cents": 0,
    "open_cents": 100_00,
    "held": False,
    "due_on": date(2026, 11, 30),
    "today": TODAY,
}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, BillStatus.OPEN),
        ({"due_on": TODAY}, BillStatus.OPEN),
        ({"due_on": date(2026, 11, 21)}, BillStatus.OVERDUE),
        ({"open_cents": 40_00}, BillStatus.PARTLY_PAID),
        ({"open_cents": 40_00, "due_on": date(2026, 1, 1)}, BillStatus.OVERDUE),
        ({"held": True, "due_on": date(2026, 1, 1)}, BillStatus.ON_HOLD),
        ({"open_cents": 0}, BillStatus.PAID),
        ({"open_cents": 0, "held": True}, BillStatus.PAID),
        ({"open_cents": 0, "adjusted_cents": -100_00}, BillStatus.CANCELED),
    ],
)
def test_a_bill_has_its_most_pressing_status(changed, status):
    assert status_of(**{**FACTS, **changed}) is status
