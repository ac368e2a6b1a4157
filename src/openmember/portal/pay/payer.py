"""Who pays, and where their pages are: what the steps of members and guests differ in."""

from dataclasses import dataclass
from datetime import date

from openmember.accounts.types import Account
from openmember.members.types import Actor
from openmember.payments.types import Channel
from openmember.portal.pay.choice import Till


@dataclass(frozen=True, slots=True)
class Pages:
    """The names of one journey's addresses."""

    what: str
    how: str
    confirm: str
    payment: str
    receipt_pdf: str


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody on their way through the steps. `today` is the date their payment counts for."""

    actor: Actor
    channel: Channel
    account: Account
    till: Till
    today: date
    pages: Pages

    @property
    def is_guest(self) -> bool:
        return self.channel in {Channel.GUEST, Channel.REPRESENTATIVE}
