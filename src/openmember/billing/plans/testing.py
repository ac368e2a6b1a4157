"""Builders of payment plans for tests."""

from datetime import date

from openmember.accounts.types import Account
from openmember.billing.plans import services
from openmember.billing.plans.agreement import agreement_of
from openmember.billing.plans.types import AgreedBy, Plan
from openmember.billing.types import Bill
from openmember.members.testing import TESTER, TODAY, serial
from openmember.members.types import Actor


def a_plan(
    account: Account, *bills: Bill, monthly_cents: int = 50_00, day: int = 15,
    agreed_on: date = TODAY, actor: Actor = TESTER, key: str = "", plan: Plan | None = None,
) -> Plan:  # fmt: skip
    """Return a plan the office agreed to, with any monthly amount."""
    among = [*bills]
    offer = services.offer_exception(
        bills=among, monthly_cents=monthly_cents, day=day, reason="test", today=agreed_on
    )
    return services.agree_plan(
        account=account,
        bills=among,
        agreement=services.Agreement(
            offer, day, agreement_of(offer=offer, bills=among), "en", AgreedBy.PHONE
        ),
        key=key or f"test-{next(serial)}",
        agreed_on=agreed_on,
        actor=actor,
        plan=plan,
    )
