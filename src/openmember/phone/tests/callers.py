"""Somebody who calls the line and presses keys, and a household whose bills they may pay."""

from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from openmember.accounts.types import Account
from openmember.ledger.queries import get_balance
from openmember.members.types import Member
from openmember.payments.queries import list_payments
from openmember.phone.simulator.carrier import Carrier
from openmember.phone.simulator.markup import Heard

BORN = date(1970, 5, 17)
BIRTH, ZIP = "05171970#", "94612#"
PREMIUM, MEDICAL = 300_10, 45_10
MOST_QUERIES = 8


@dataclass
class Home:
    """One account with two bills that are due."""

    account: Account
    holder: Member

    @property
    def number(self) -> str:
        return f"{self.account.number}#"

    @property
    def owed_cents(self) -> int:
        return get_balance(account_number=self.account.number).owed_cents

    @property
    def payments(self):
        return list_payments(numbers=self.account.numbers).payments


@dataclass
class Caller:
    """Presses keys and counts the statements each step takes."""

    carrier: Carrier
    steps: list[int] = field(default_factory=list)

    def press(self, *all_keys: str) -> Heard:
        heard = self.carrier.heard
        for keys in all_keys:
            heard = self._counted(lambda keys=keys: self.carrier.press(keys))
        return heard

    def give_card(self, *given: str) -> Heard:
        return self._counted(lambda: self.carrier.give_card(*given))

    def follow(self) -> Heard:
        """Go on as a carrier does where the line asks for no key."""
        heard = self.carrier.heard
        while heard.verb == "Redirect":
            heard = self._counted(self.carrier.follow)
        return heard

    @property
    def transcript(self) -> str:
        return " ".join(self.carrier.transcript)

    def hang_up(self) -> None:
        self.carrier.hang_up()

    def _counted(self, do) -> Heard:
        with CaptureQueriesContext(connection) as captured:
            heard = do()
        self.steps.append(len(captured))
        assert len(captured) <= MOST_QUERIES, [one["sql"] for one in captured]
        return self.follow() if heard.verb == "Redirect" else heard
