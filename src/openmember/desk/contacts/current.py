"""The contact a person at the desk is in. The session knows its id; what it is about stands with it."""

from collections.abc import MutableMapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from openmember.accounts.types import Account
from openmember.cases.interactions.queries import find_running
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import Description, Interaction, NewInteraction, Relay
from openmember.cases.types import CaseRefused, Channel
from openmember.desk.access import DeskRequest

CONTACT_KEY = "desk_contact"


def current_id(session: MutableMapping[str, Any]) -> int | None:
    """Return the id of the contact the person is in, or None."""
    found = session.get(CONTACT_KEY)
    return int(found) if found else None


def find_current(request: DeskRequest, account: Account) -> Interaction | None:
    """Return the contact the person is in, where it still runs and is about this account."""
    known = current_id(request.session)
    found = find_running(interaction_id=known, actor=request.actor) if known else None
    return found if found and found.account_number in account.numbers else None


def enter(
    request: DeskRequest,
    *,
    channel: Channel,
    member_id: int | None = None,
    account: Account | None = None,
    language: str = "",
    relay: Relay | None = None,
    arrived_at: datetime | None = None,
) -> Interaction:
    """Begin a contact and be in it. One that nobody was named in yet becomes the member's instead."""
    now = timezone.now()
    known = current_id(request.session)
    running = find_running(interaction_id=known, actor=request.actor) if known else None
    if running and member_id and running.member_id in {None, member_id}:
        if running.member_id is None:
            running = contacts.identify(
                interaction_id=running.id, member_id=member_id, now=now, actor=request.actor
            )
        return running
    new = NewInteraction(
        channel=channel, member_id=member_id, account_number=account.number if account else None,
        language=language, relay=relay, arrived_at=arrived_at,
    )  # fmt: skip
    begun = contacts.begin(new=new, now=now, actor=request.actor)
    request.session[CONTACT_KEY] = begun.id
    return begun


def name_topic(request: DeskRequest, running: Interaction, *, topic: str, team: str) -> None:
    """Write down what a contact is about, so that what comes again and again is seen."""
    said = Description(topic=topic, team=team)
    contacts.describe(interaction_id=running.id, said=said, now=timezone.now(), actor=request.actor)


def leave(request: DeskRequest) -> None:
    """Be in no contact any more."""
    request.session.pop(CONTACT_KEY, None)


def note_verified(
    request: DeskRequest, account: Account, *, factors: Sequence[str], member_id: int | None
) -> None:
    """Write into the contact that runs that somebody proved who they are, and by what."""
    running = find_current(request, account)
    if running is None:
        return
    now, actor = timezone.now(), request.actor
    try:
        if member_id and running.verified_at is None and running.member_id != member_id:
            contacts.identify(interaction_id=running.id, member_id=member_id, now=now, actor=actor)
        contacts.verify(interaction_id=running.id, factors=factors, now=now, actor=actor)
    except CaseRefused:
        # Somebody else of the account was verified in it before: their contact stays theirs.
        leave(request)
