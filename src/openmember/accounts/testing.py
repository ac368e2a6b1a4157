"""Builders of accounts for tests."""

from openmember.accounts import services
from openmember.accounts.types import Account
from openmember.members.testing import TESTER, a_member
from openmember.members.types import Member


def an_account(*, holder: Member | None = None) -> Account:
    """Return a new account with an issued number."""
    return services.open_account(holder_id=(holder or a_member()).id, actor=TESTER)
