"""Reading what is kept to pay from, always for one account."""

from datetime import date

from django.utils.translation import gettext as _

from openmember.kernel.references import reference
from openmember.payments.ach import queries as banks
from openmember.payments.ach.types import BankAccount
from openmember.payments.autopay import queries as autopay
from openmember.payments.autopay.types import Mandate
from openmember.payments.tenders.types import Tender
from openmember.payments.types import Method


class UnknownTender(Exception):
    """Nothing of this name is kept for the account, or it cannot be drawn on any more."""


def list_tenders(*, numbers: tuple[str, ...]) -> tuple[Tender, ...]:
    """Return the active bank accounts, then the card automatic payments are drawn from. Two statements."""
    found = [
        tender_of_bank(bank) for bank in banks.list_bank_accounts(numbers=numbers) if bank.is_active
    ]
    mandate = autopay.find_mandate(numbers=numbers)
    if mandate is not None and mandate.instrument.method is Method.CARD:
        found.append(_card(mandate))
    return tuple(found)


def get_tender(*, numbers: tuple[str, ...], named: str) -> Tender:
    """Return what is kept under a reference. Errors: UnknownTender."""
    for tender in list_tenders(numbers=numbers):
        if tender.reference == named:
            return tender
    raise UnknownTender


def is_usable(tender: Tender, *, on: date) -> bool:
    """Return whether it can be drawn on that day."""
    return tender.usable_on is not None and tender.usable_on <= on


def tender_of_bank(bank: BankAccount) -> Tender:
    """Return a kept bank account as something to pay from."""
    label = _("bank account ending %(digits)s") % {"digits": bank.last_four}
    return Tender(
        bank.token, Method.ACH, label, bank.last_four, bank.usable_on, "ach", str(bank.id)
    )


def _card(mandate: Mandate) -> Tender:
    kept = mandate.instrument
    last_four = kept.tender[-4:] if kept.tender[-4:].isdecimal() else ""
    # It was charged or agreed to when it was kept, so it can be at any time after.
    usable_on = mandate.agreed_at.date()
    named = reference("K", mandate.id)
    return Tender(named, Method.CARD, kept.tender, last_four, usable_on, kept.keeper, kept.token)
