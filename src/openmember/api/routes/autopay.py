"""Automatic payments: look, agree, skip, pause, resume, stop."""

from hashlib import sha256

from django.core import signing
from django.http import HttpResponse
from django.utils.translation import get_language
from ninja import Router

from openmember.api.caller import Caller, OAuth
from openmember.api.idempotency import once
from openmember.api.problems import Problem
from openmember.api.requests import ApiRequest, Key
from openmember.api.routes.payments import reply
from openmember.api.routes.tenders import CARD_SALT
from openmember.api.shapes import standing as shapes
from openmember.kernel.references import identity
from openmember.members.connections.types import Grant
from openmember.payments.autopay import queries, services
from openmember.payments.autopay.agreement import agreement_of
from openmember.payments.autopay.types import EndReason, Instrument, Terms
from openmember.payments.gateways import get_card_keeper
from openmember.payments.tenders import queries as tenders
from openmember.payments.types import Method
from openmember.ui.context import organisation

router = Router(tags=["Automatic payments"])
WRITE = OAuth(Grant.AUTOPAY_WRITE)


@router.get("/autopay", response=shapes.AutopayShape, auth=OAuth(Grant.PAYMENTS_READ))
def get_autopay(request: ApiRequest) -> shapes.AutopayShape:
    """Automatic payments

    What stands, what is taken next, and what became of the last ones.
    """
    return _standing(request.auth)


@router.post("/autopay/terms", response=shapes.WordsToAgree, auth=WRITE)
def read_terms(request: ApiRequest, wanted: shapes.AutopayTerms) -> shapes.WordsToAgree:
    """The words to agree to

    Show them whole, in the member's language, and send their version with the member's yes.
    """
    words = _words(wanted, _instrument(request.auth, wanted))
    return shapes.WordsToAgree(words=words, version=version_of(words))


@router.post("/autopay", response={201: shapes.AutopayShape}, auth=WRITE)
def agree(request: ApiRequest, agreed: shapes.AutopayAgreed, key: Key) -> HttpResponse:
    """Agree to automatic payments

    What stood before is replaced. A copy of the words is kept, and sent to the member.
    """
    caller = request.auth

    def work(_key: str) -> HttpResponse:
        instrument = _instrument(caller, agreed)
        words = _words(agreed, instrument)
        if agreed.version != version_of(words):
            raise Problem("agreement-changed")
        services.agree(
            account=caller.account,
            member_id=caller.member.id,
            instrument=instrument,
            terms=_terms(agreed),
            agreement=words,
            language=get_language() or "en",
            on=caller.today,
            actor=caller.actor,
        )
        return reply(_standing(caller), 201)

    return once(request, caller, key, work)


@router.post("/autopay/draws/{reference}/skip", response=shapes.AutopayShape, auth=WRITE)
def skip(request: ApiRequest, reference: str) -> shapes.AutopayShape:
    """Skip one automatic payment

    Its bills stay open, and the member pays them.
    """
    caller = request.auth
    services.skip(account=caller.account, draw_id=identity("D", reference), actor=caller.actor)
    return _standing(caller)


@router.post("/autopay/pause", response=shapes.AutopayShape, auth=WRITE)
def pause(request: ApiRequest, wanted: shapes.Pause) -> shapes.AutopayShape:
    """Pause

    Until a day within a year, or until it is resumed.
    """
    caller = request.auth
    services.pause(
        account=caller.account, until=wanted.until, today=caller.today, actor=caller.actor
    )
    return _standing(caller)


@router.post("/autopay/resume", response=shapes.AutopayShape, auth=WRITE)
def resume(request: ApiRequest) -> shapes.AutopayShape:
    """Resume"""
    services.resume(account=request.auth.account, actor=request.auth.actor)
    return _standing(request.auth)


@router.post("/autopay/stop", response=shapes.AutopayShape, auth=WRITE)
def stop(request: ApiRequest) -> shapes.AutopayShape:
    """Stop

    From this moment. What a bank was asked for already may still be taken.
    """
    caller = request.auth
    services.end(
        account=caller.account, reason=EndReason.MEMBER, on=caller.today, actor=caller.actor
    )
    return _standing(caller)


def version_of(words: str) -> str:
    """Return what names these very words."""
    return sha256(words.encode()).hexdigest()[:32]


def _standing(caller: Caller) -> shapes.AutopayShape:
    numbers = caller.account.numbers
    return shapes.autopay_shape(
        queries.find_mandate(numbers=numbers), queries.list_draws(numbers=numbers)
    )


def _terms(wanted: shapes.AutopayTerms) -> Terms:
    return Terms(wanted.what, wanted.cap.cents if wanted.cap else None)


def _words(wanted: shapes.AutopayTerms, instrument: Instrument) -> str:
    return agreement_of(
        terms=_terms(wanted), tender=instrument.tender, organisation=organisation().name
    )


def _instrument(caller: Caller, wanted: shapes.AutopayTerms) -> Instrument:
    """Return what will be drawn on. Errors: Problem."""
    if wanted.card is not None and wanted.tender is None:
        return _typed_card(caller, wanted.card)
    try:
        kept = tenders.get_tender(numbers=caller.account.numbers, named=wanted.tender or "")
    except tenders.UnknownTender as unknown:
        raise Problem("unknown-tender") from unknown
    return Instrument(kept.method, kept.keeper, kept.token, kept.label)


def _typed_card(caller: Caller, token: str) -> Instrument:
    try:
        named = signing.loads(token, salt=f"{CARD_SALT}{caller.user_id}", max_age=24 * 60 * 60)
    except signing.BadSignature as bad:
        raise Problem("unknown-tender") from bad
    keeper = get_card_keeper()
    card = keeper.find_card(named)
    if card is None:
        raise Problem("unknown-tender")
    return Instrument(Method.CARD, keeper.name, card.token, card.tender)
