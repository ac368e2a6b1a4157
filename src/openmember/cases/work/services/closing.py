"""Whoever still waits when a team has closed is promised a call in its hours instead of waiting."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from openmember.cases.callbacks import rules
from openmember.cases.callbacks import services as callbacks
from openmember.cases.callbacks.queries import limits, list_windows
from openmember.cases.callbacks.types import Callback, Window
from openmember.cases.categories import UnknownCategory, get_category
from openmember.cases.clocks.business import is_open_at
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import Interaction, Outcome
from openmember.cases.policy import get_policy, hours_of
from openmember.cases.services.opening import open_case
from openmember.cases.types import CaseRefused, NewCase
from openmember.kernel.sql import fetch_all
from openmember.members.queries import get_member
from openmember.members.types import Actor, system

log = structlog.get_logger("openmember.cases")

ACTOR = system("closing")
# Whose a contact of no team is, and what a case about anything is.
EVERYBODY, ANYTHING = "member_services", "general_question"


def sweep(*, now: datetime, limit: int = 500) -> int:
    """Promise a call to everybody on the telephone who waits for a team that has closed; return to how many.

    Shape:  those of whom no telephone number is known go on waiting. Safe to run twice.
    """
    waiting = fetch_all(
        "SELECT i.id, i.team, i.region FROM cases_interaction i JOIN members_member m ON m.id = i.member_id"
        " WHERE i.answered_at IS NULL AND i.ended_at IS NULL AND NOT i.is_outbound AND i.channel = 'phone'"
        " AND m.phone <> '' AND i.arrived_at <= %(now)s ORDER BY i.arrived_at LIMIT %(limit)s",
        {"now": now, "limit": limit},
    )
    closed = {
        place: is_closed(*place, now=now) for place in {(one.team, one.region) for one in waiting}
    }
    late = [one.id for one in waiting if closed[one.team, one.region]]
    return sum(_promise_one(identity, now) for identity in late)


def is_closed(team: str, region: str, *, now: datetime) -> bool:
    """Return whether a team has closed in a region, and everybody had the time to finish."""
    hours = hours_of(team=team or EVERYBODY, region=region)
    before = now - timedelta(minutes=get_policy().queue.closing_minutes)
    return not is_open_at(hours, now) and not is_open_at(hours, before)


def next_window(*, team: str, region: str, now: datetime) -> Window:
    """Return the window in which a team that is closed calls back."""
    return rules.next_window(hours_of(team=team, region=region), limits(), now)


@transaction.atomic
def promise_instead(
    *, interaction_id: int, now: datetime, actor: Actor, window: Window | None = None
) -> Callback:
    """End a contact that nobody answered with a promised call in the team's next hours, and a case of its own.

    Shape:  `window` is one that was told already; once it has begun, the next is promised.
    Errors: UnknownInteraction; CaseRefused `nobody`, `answered`, `ended`, `bad_phone`.
    """
    found = contacts.locked(interaction_id)
    if found.member_id is None:
        raise CaseRefused("nobody", "say first whose contact this is")
    if found.answered_at is not None or found.ended_at is not None:
        raise CaseRefused("answered", "somebody answered this already")
    new = NewCase(
        category=_category(found), team=found.team or EVERYBODY, member_id=found.member_id,
        channel=found.channel, region=found.region, need=found.need, language=found.language,
    )  # fmt: skip
    case = open_case(new=new, now=now, actor=actor, interaction_id=found.id)
    promised = callbacks.promise(
        case=case,
        window=window if window and window.starts_at >= now else list_windows(case=case, now=now, count=1)[0],
        phone=get_member(member_id=found.member_id).person.phone, now=now, actor=actor,
        interaction_id=found.id,
    )  # fmt: skip
    contacts.end(interaction_id=found.id, outcome=Outcome.CALLBACK, now=now, actor=actor)
    return promised


def _promise_one(interaction_id: int, now: datetime) -> bool:
    try:
        promise_instead(interaction_id=interaction_id, now=now, actor=ACTOR)
    except CaseRefused as refused:
        log.info("no_call_promised", interaction_id=interaction_id, why=refused.name)
        return False
    return True


def _category(contact: Interaction) -> str:
    """Return what the contact is about, where that is known, the team's own, and asks for no facts."""
    try:
        category = get_category(code=contact.topic)
    except UnknownCategory:
        return ANYTHING
    fits = category.team == (contact.team or EVERYBODY) and not category.missing({})
    return category.code if fits else ANYTHING
