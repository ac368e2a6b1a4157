"""What is kept to pay from."""

from django.core import signing
from django.http import HttpResponse
from django.utils.translation import get_language
from ninja import Router

from openmember.api.caller import OAuth
from openmember.api.idempotency import once
from openmember.api.paying import return_url
from openmember.api.problems import Problem
from openmember.api.requests import ApiRequest, Key
from openmember.api.routes.payments import reply
from openmember.api.shapes.payments import NewBank, Tenders, TenderShape, tender_shape
from openmember.api.shapes.standing import CardPage, CardReturn
from openmember.members.connections.types import Grant
from openmember.payments.ach import queries as banks
from openmember.payments.ach.services.banks import (
    BadBankAccount,
    BankRefused,
    add_bank_account,
    remove_bank_account,
)
from openmember.payments.ach.types import BankKind, NewBankAccount
from openmember.payments.gateways import get_card_keeper
from openmember.payments.gateways.protocol import Outcome
from openmember.payments.tenders import queries
from openmember.payments.types import Method

router = Router(tags=["Cards and bank accounts"])
CARD_SALT = "openmember.api.card:"


@router.get("/tenders", response=Tenders, auth=OAuth(Grant.PAYMENTS_READ))
def list_tenders(request: ApiRequest) -> Tenders:
    """What is kept to pay from

    Bank accounts, and the card automatic payments are taken from. Never a whole number.
    """
    found = queries.list_tenders(numbers=request.auth.account.numbers)
    return Tenders(tenders=[tender_shape(one) for one in found])


@router.post(
    "/tenders/bank-accounts", response={201: TenderShape}, auth=OAuth(Grant.PAYMENTS_WRITE)
)
def add_bank(request: ApiRequest, given: NewBank, key: Key) -> HttpResponse:
    """Keep a bank account

    The number is sealed at once. Given again, it is the one there is.
    """
    caller = request.auth

    def work(_key: str) -> HttpResponse:
        told = NewBankAccount(given.routing, given.number, BankKind(given.kind), given.holder)
        try:
            kept = add_bank_account(
                account=caller.account, given=told, on=caller.today, actor=caller.actor
            )
        except (BadBankAccount, BankRefused) as bad:
            # From none: what was typed is in the error below, and goes into no log.
            raise Problem("bad-bank-account") from None if isinstance(bad, BadBankAccount) else bad
        return reply(tender_shape(queries.tender_of_bank(kept)), 201)

    return once(request, caller, key, work)


@router.delete("/tenders/{reference}", response={204: None}, auth=OAuth(Grant.PAYMENTS_WRITE))
def remove_tender(request: ApiRequest, reference: str) -> HttpResponse:
    """Keep a bank account no more

    Debits that have not left for the bank are canceled. A card goes with the automatic payments it belongs to.
    """
    caller = request.auth
    try:
        tender = queries.get_tender(numbers=caller.account.numbers, named=reference)
    except queries.UnknownTender as unknown:
        raise Problem("not-found") from unknown
    if tender.method is not Method.ACH:
        raise Problem("not-allowed-now")
    bank = banks.get_bank_account(numbers=caller.account.numbers, bank_id=int(tender.token))
    remove_bank_account(bank=bank, on=caller.today, actor=caller.actor)
    return HttpResponse(status=204)


@router.post("/cards", response={201: CardPage}, auth=OAuth(Grant.AUTOPAY_WRITE))
def ask_for_card(request: ApiRequest, wanted: CardReturn, key: Key) -> HttpResponse:
    """Have a card typed for automatic payments

    Open the page in the member's browser. `card` is what to name it by when they agree to automatic payments.
    """
    caller = request.auth
    back = return_url(request, caller, wanted.return_url, "portal:autopay")

    def work(inner_key: str) -> HttpResponse:
        answer = get_card_keeper().ask_for_card(
            key=inner_key, return_url=back, cancel_url=back, language=get_language() or "en"
        )
        if answer.outcome in {Outcome.DECLINED, Outcome.UNKNOWN}:
            raise Problem("unavailable", headers={"Retry-After": "60"})
        token = signing.dumps(answer.reference, salt=f"{CARD_SALT}{caller.user_id}")
        return reply(CardPage(page=answer.redirect_url or None, card=token), 201)

    return once(request, caller, key, work)
