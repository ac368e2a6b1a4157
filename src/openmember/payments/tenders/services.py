"""Paying from what is kept."""

from dataclasses import replace

from openmember.accounts.types import Account
from openmember.members.types import Actor
from openmember.payments.ach import queries as banks
from openmember.payments.ach.services.debits import Debit, request_debit
from openmember.payments.ach.types import Sec
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.tenders.types import Tender
from openmember.payments.types import Method, Payment, PaymentRequest


def pay_from(*, account: Account, tender: Tender, request: PaymentRequest, actor: Actor) -> Payment:
    """Pay from a kept bank account, which answers in days, or a kept card. A repeated key pays once.

    Errors: KeyReused, PaymentRefused, BankRefused.
    """
    if tender.method is Method.ACH:
        return _debit(account, tender, request, actor)
    return pay_through_gateway(
        account=account,
        request=replace(request, method=Method.CARD),
        actor=actor,
        gateway_name=tender.keeper,
        kept_card=tender.token,
    ).payment


def _debit(account: Account, tender: Tender, request: PaymentRequest, actor: Actor) -> Payment:
    bank = banks.get_bank_account(numbers=account.numbers, bank_id=int(tender.token))
    debit = Debit(
        key=request.key,
        amount_cents=request.amount_cents,
        on=request.effective_on,
        sec=Sec.CCD if bank.is_business else Sec.WEB,
        payer=request.payer,
        bill_ids=request.bill_ids,
        channel=request.channel,
    )
    return request_debit(account=account, bank=bank, debit=debit, actor=actor)
