"""Asking for a card by mail, sending it, and calling it off."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.utils import IntegrityError

from openmember.accounts.types import Account
from openmember.coverage.cards.queries import get_request, request_from_row
from openmember.coverage.cards.types import Card, CardRequest
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.letters.composing import address_lines
from openmember.letters.services import write_letter
from openmember.members.queries import get_member
from openmember.members.types import Actor, Address, Scope


class AskedAlready(Exception):
    """A card was asked for not long ago, and comes in the mail."""


class NotCovered(Exception):
    """Nothing covers the member today or later, so there is no card to send."""


class NoAddress(Exception):
    """There is no postal address on file that a card could be sent to."""


class NotOpen(Exception):
    """The request was dealt with before. Nothing was changed."""


@transaction.atomic
def request_card(*, account: Account, card: Card, actor: Actor, on: date) -> CardRequest:
    """Ask for a printed card, to the asker's address on file, and write to them that it was asked for.

    Errors: AskedAlready, NotCovered, NoAddress.
    """
    if not card.coverages and not card.coming:
        raise NotCovered
    lines = _address_of(actor.member_id or card.member_id, card)
    try:
        with transaction.atomic():
            row = fetch_one(
                "INSERT INTO coverage_card_request (account_number, member_id, asked_on, again_on,"
                " address, actor) VALUES (%(number)s, %(member)s, %(on)s, %(again)s, %(address)s,"
                " %(actor)s) RETURNING *",
                {
                    "number": account.number,
                    "member": card.member_id,
                    "on": on,
                    "again": on + timedelta(days=settings.CARD_REQUEST_DAYS),
                    "address": lines,
                    "actor": str(actor),
                },
            )
    except IntegrityError as repeated:
        raise AskedAlready from repeated
    request = request_from_row(row)
    _record(request, actor, "card.ask")
    write_letter(
        account_number=account.number,
        kind="card_asked",
        key=f"card:{request.id}",
        values={"name": str(card.name), "on": on.isoformat(), "address": ", ".join(lines[1:])},
        on=on,
        actor=actor,
        member_id=actor.member_id,
    )
    return request


@transaction.atomic
def send_card(*, request_id: int, on: date, actor: Actor) -> CardRequest:
    """Note that the card left in the mail. Errors: NotAllowed, UnknownRequest, NotOpen."""
    return _close(request_id, "sent", on, actor)


@transaction.atomic
def cancel_card(*, request_id: int, on: date, actor: Actor) -> CardRequest:
    """Call a request off, so that another can be made. Errors: NotAllowed, UnknownRequest, NotOpen."""
    return _close(request_id, "canceled", on, actor)


def _close(request_id: int, how: str, on: date, actor: Actor) -> CardRequest:
    actor.require(Scope.FIND)
    get_request(request_id=request_id)
    row = fetch_one(
        f"UPDATE coverage_card_request SET {how}_on = greatest(%(on)s, asked_on), {how}_by = %(actor)s"  # noqa: S608  one of two names of our own
        " WHERE id = %(id)s AND sent_on IS NULL AND canceled_on IS NULL RETURNING *",
        {"id": request_id, "on": on, "actor": str(actor)},
    )
    if row is None:
        raise NotOpen
    request = request_from_row(row)
    _record(request, actor, "card.send" if how == "sent" else "card.cancel")
    return request


def _address_of(asker_id: int, card: Card) -> list[str]:
    """Return where the card goes: to whoever asks for it, because others' addresses are not theirs to know."""
    address: Address = get_member(member_id=asker_id).person.address
    if address.street and address.city and address.state and address.postal_code:
        return list(address_lines(card.name, address))
    raise NoAddress


def _record(request: CardRequest, actor: Actor, action: str) -> None:
    audit.record(
        actor=str(actor), action=action, account_number=request.account_number,
        member_id=request.member_id, request=request.reference,
    )  # fmt: skip
