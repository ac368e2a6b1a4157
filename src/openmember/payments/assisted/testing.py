"""Builders of payment links, for the tests of other rooms."""

from datetime import datetime
from zoneinfo import ZoneInfo

from openmember.accounts.types import Account
from openmember.billing.overview import get_overview
from openmember.billing.types import Bill
from openmember.members.queries import get_member
from openmember.members.testing import staff
from openmember.members.types import Role
from openmember.payments.assisted.services import links
from openmember.payments.assisted.services.asking import Wanted
from openmember.payments.assisted.types import Asked, Way

ZONE = ZoneInfo("America/Los_Angeles")


def a_link(
    account: Account,
    cents: int,
    *bills: Bill,
    now: datetime,
    way: Way = Way.EMAIL,
    typed: str = "",
    is_verified: bool = False,
) -> tuple[Asked, str]:
    """Return a link that a representative sent, and its token."""
    tokens: list[str] = []

    def address_of(token: str) -> str:
        tokens.append(token)
        return f"https://pay.example/pay-link/{token}/open/"

    overview = get_overview(number=account.number, today=now.date())
    asked = links.send_link(
        account=account,
        open_bills=overview.open_bills,
        wanted=Wanted(cents, bills),
        to=links.Recipient(
            way, get_member(member_id=account.holder_id).person, typed, is_verified=is_verified
        ),
        page=links.LinkPage(now, ZONE, address_of),
        actor=staff(Role.REPRESENTATIVE),
    )
    return asked, tokens[0]
