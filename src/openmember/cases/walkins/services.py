"""What happens in the room: one function a verb. Who is served is a contact like any other."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from openmember.accounts.queries import UnknownNumber, get_account
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import InterpreterMode, NewInteraction, Outcome
from openmember.cases.policy import get_policy
from openmember.cases.types import CaseRefused, Channel
from openmember.cases.walkins import rules
from openmember.cases.walkins.offices import gives_numbers
from openmember.cases.walkins.queries import UnknownTicket, day_of, get_office, ticket_from_row
from openmember.cases.walkins.topics import list_topics
from openmember.cases.walkins.types import NewWalkin, State, Ticket, WalkinRefused
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.queries import find_member_by_mrn
from openmember.members.skills import skills_of
from openmember.members.types import Actor, NotAllowed, Scope
from openmember.ui.spoken import SIGN_LANGUAGE

log = structlog.get_logger("openmember.cases")

SQL = Path(__file__).parents[1] / "sql" / "walkins"
# English is everybody's at the desk.
EVERYBODYS = ("en",)


@transaction.atomic
def check_in(*, new: NewWalkin, now: datetime, actor: Actor) -> Ticket:
    """Give somebody who came a number; their contact begins to wait. For the kiosk (the system) and the staff.

    Shape:  the last numbers of a day are the staff's to give.
    Errors: NotAllowed; WalkinRefused `no_office`, `no_team`, `day_full`; `closed` at a kiosk outside the
            office's hours, unless somebody who works there has said that they are there.
    """
    actor.require(Scope.CONTACT)
    office = get_office(code=new.office)
    if new.team not in _teams():
        raise WalkinRefused("no_team")
    if known := _sent(new):
        return known
    if actor.is_system and not gives_numbers(office=office, now=now):
        raise WalkinRefused("closed")
    day = day_of(office=office.code, now=now)
    most = rules.KIOSK_NUMBERS if actor.is_system else rules.NUMBERS
    drawn = fetch_one(sql_text(SQL / "draw.sql"), {"office": office.code, "day": day, "most": most})
    if drawn is None:
        raise WalkinRefused("day_full")
    row = fetch_one(
        "INSERT INTO cases_walkin (office, on_day, number, interaction_id, language, team, needs, typed,"
        " sent_as, arrived_at, place_at)"
        " VALUES (%(office)s, %(day)s, %(number)s, %(contact)s, %(language)s, %(team)s,"
        " %(needs)s, %(typed)s, %(sent)s, %(now)s, %(place)s) RETURNING *",
        {
            "office": office.code,
            "day": day,
            "number": drawn.last_number,
            "contact": _begin(new, office.region, now, actor, member_id=_member_of(new.typed)),
            "language": new.language,
            "team": new.team,
            "needs": sorted(new.needs),
            "typed": new.typed.strip()[:80],
            "sent": new.sent_as or None,
            "now": now,
            "place": rules.place_of(now, new.needs, get_policy().head_start_minutes),
        },
    )
    return _noted(row, "walkin.check_in", actor)


@transaction.atomic
def call_next(*, office: str, desk: int, now: datetime, actor: Actor) -> Ticket | None:
    """Call whose turn it is for the actor, by topic and language; None where it is nobody's.

    Shape:  who has waited as long as the policy says is anybody's to call, with an interpreter where needed.
    Locks:  the ticket; two who call at once get two tickets.
    Errors: NotAllowed; WalkinRefused `calling` while the actor calls somebody, `desk_taken`, `no_desk`.
    """
    skills = skills_of(actor=actor)
    teams = rules.callable_teams(skills.teams, _teams())
    row = fetch_one(
        sql_text(SQL / "next.sql"),
        {
            "office": office,
            "day": day_of(office=office, now=now),
            "teams": sorted(teams),
            "languages": [*EVERYBODYS, *sorted(skills.languages)],
            "held_since": now - timedelta(minutes=get_policy().held_minutes),
        },
    )
    return _call(row.id, desk, now, actor, in_turn=True) if row else None


@transaction.atomic
def call(*, ticket_id: int, desk: int, now: datetime, actor: Actor) -> Ticket:
    """Call one of those who wait, out of turn; the audit says so. Errors: as `call_next`; `not_waiting`."""
    return _call(ticket_id, desk, now, actor, in_turn=False)


@transaction.atomic
def call_again(*, ticket_id: int, now: datetime, actor: Actor) -> Ticket:
    """Show and say a number once more. Errors: NotAllowed; WalkinRefused `not_called`, `not_yours`."""
    found = _own_call(ticket_id, actor)
    row = _update(found, called_at=now, calls=found.calls + 1)
    return _noted(row, "walkin.call_again", actor)


@transaction.atomic
def serve(*, ticket_id: int, now: datetime, actor: Actor) -> Ticket:
    """Say that who was called is there: their contact is answered, and goes on as one by phone would.

    Errors: NotAllowed; WalkinRefused `not_called`, `not_yours`.
    """
    found = _own_call(ticket_id, actor)
    contacts.answer(interaction_id=found.interaction_id, now=now, actor=actor)
    row = _update(found, state=State.SERVED.value, settled_at=now)
    return _noted(row, "walkin.serve", actor)


@transaction.atomic
def miss(*, ticket_id: int, now: datetime, actor: Actor) -> Ticket:
    """Say that who was called did not come: to the board they have given up. Errors: as `serve`."""
    found = _own_call(ticket_id, actor)
    _give_up(found, now, actor)
    row = _update(found, state=State.MISSED.value, settled_at=now)
    return _noted(row, "walkin.miss", actor)


@transaction.atomic
def put_back(*, ticket_id: int, now: datetime, actor: Actor) -> Ticket:
    """Let a ticket wait again at its old place: who missed their call came after all, or was called by mistake.

    Shape:  the contact of who had missed their call is over; a new one, with their words, begins to wait.
    Errors: NotAllowed; WalkinRefused `not_called`, `not_yours` where another calls them.
    """
    actor.require(Scope.CONTACT)
    found = _locked(ticket_id)
    if found.state is State.CALLED:
        _own_call(ticket_id, actor)
    elif found.state is not State.MISSED:
        raise WalkinRefused("not_called")
    changes: dict[str, Any] = {}
    if found.state is State.MISSED:
        region = get_office(code=found.office).region
        said = fetch_one(
            "SELECT need FROM cases_interaction WHERE id = %(id)s", {"id": found.interaction_id}
        )
        again = NewWalkin(found.office, found.language, found.team, need=said.need)
        changes["interaction_id"] = _begin(
            again, region, now, actor, member_id=_member_of(found.typed)
        )
    row = _update(
        found, state=State.WAITING.value, called_at=None, user_id=None, desk=None, settled_at=None,
        **changes,
    )  # fmt: skip
    return _noted(row, "walkin.put_back", actor)


@transaction.atomic
def leave(*, ticket_id: int, now: datetime, actor: Actor) -> Ticket:
    """Say that somebody went away; what they typed is emptied.

    Errors: NotAllowed; WalkinRefused `settled`, `not_yours` where another calls them.
    """
    actor.require(Scope.CONTACT)
    found = _locked(ticket_id)
    if found.state is State.CALLED and not actor.is_system:
        _own_call(ticket_id, actor)
    if State.LEFT not in rules.MOVES[found.state]:
        raise WalkinRefused("settled")
    if found.state is not State.MISSED:
        _give_up(found, now, actor)
    row = _update(
        found, state=State.LEFT.value, called_at=None, user_id=None, desk=None, settled_at=now, typed=""
    )  # fmt: skip
    return _noted(row, "walkin.leave", actor)


def close_days(*, now: datetime, actor: Actor, limit: int = 500) -> int:
    """End what is left of days that are over, and empty what was typed. Return how many. Safe to run twice."""
    done = 0
    # The first day anywhere on which a ticket can still be of today.
    rows = fetch_all(
        "SELECT * FROM cases_walkin WHERE (typed <> '' OR state IN ('waiting', 'called', 'missed'))"
        " AND on_day < %(tomorrow)s ORDER BY id LIMIT %(limit)s",
        {"tomorrow": (now + timedelta(days=1)).date(), "limit": limit},
    )
    for one in map(ticket_from_row, rows):
        if one.on_day >= day_of(office=one.office, now=now):
            continue
        try:
            _close(one.id, now, actor)
        except CaseRefused as refused:
            # Its contact ended otherwise: the ticket ends all the same, and so do those after it.
            log.warning("walkin_contact_ended", walkin=one.id, why=refused.name)
            _update(
                one, state=State.LEFT.value, called_at=None, user_id=None, desk=None, settled_at=now, typed=""
            )  # fmt: skip
        done += 1
    return done


@transaction.atomic
def _close(ticket_id: int, now: datetime, actor: Actor) -> None:
    found = _locked(ticket_id)
    if State.LEFT in rules.MOVES[found.state]:
        leave(ticket_id=found.id, now=now, actor=actor)
    else:
        _update(found, typed="")


def _sent(new: NewWalkin) -> Ticket | None:
    """Return the ticket the same form was given; who sends it twice at once waits here."""
    if not new.sent_as:
        return None
    fetch_all(
        "SELECT pg_advisory_xact_lock(hashtext('walkin'), hashtext(%(key)s)) AS taken",
        {"key": new.sent_as},
    )
    row = fetch_one("SELECT * FROM cases_walkin WHERE sent_as = %(key)s", {"key": new.sent_as})
    return ticket_from_row(row) if row else None


def _begin(
    new: NewWalkin, region: str, now: datetime, actor: Actor, *, member_id: int | None
) -> int:
    spoken = dict(settings.LANGUAGES)
    begun = NewInteraction(
        channel=Channel.IN_PERSON, member_id=member_id, region=region, team=new.team, need=new.need,
        language=new.language,
        interpreter_language="" if new.language in spoken else new.language,
        # Signs are seen: nobody signs by phone.
        interpreter_mode=InterpreterMode.VIDEO if new.language == SIGN_LANGUAGE else None,
        is_waiting=True,
    )  # fmt: skip
    return contacts.begin(new=begun, now=now, actor=actor).id


def _member_of(typed: str) -> int | None:
    """Return whose number was typed, if it was one. It proves nothing: the contact is not verified by it."""
    digits = "".join(sign for sign in typed if sign not in " -")
    if not digits.isdecimal():
        return None
    try:
        return get_account(number=digits).holder_id
    except UnknownNumber:
        found = find_member_by_mrn(mrn=digits)
        return found.id if found else None


def _call(ticket_id: int, desk: int, now: datetime, actor: Actor, *, in_turn: bool) -> Ticket:
    actor.require(Scope.CONTACT)
    if actor.id is None:
        raise NotAllowed(Scope.CONTACT)
    found = _locked(ticket_id)
    if found.state is not State.WAITING:
        raise WalkinRefused("not_waiting")
    if not 1 <= desk <= get_office(code=found.office).desks:
        raise WalkinRefused("no_desk")
    try:
        with transaction.atomic():
            row = _update(
                found, state=State.CALLED.value, called_at=now, calls=found.calls + 1,
                user_id=actor.id, desk=desk,
            )  # fmt: skip
    except IntegrityError as taken:
        is_mine = "cases_walkin_one_each" in str(taken)
        raise WalkinRefused("calling" if is_mine else "desk_taken") from taken
    return _noted(row, "walkin.call", actor, desk=desk, in_turn=in_turn)


def _give_up(found: Ticket, now: datetime, actor: Actor) -> None:
    contacts.end(
        interaction_id=found.interaction_id, outcome=Outcome.ABANDONED, now=now, actor=actor
    )


def _own_call(ticket_id: int, actor: Actor) -> Ticket:
    actor.require(Scope.CONTACT)
    found = _locked(ticket_id)
    if found.state is not State.CALLED:
        raise WalkinRefused("not_called")
    if found.user_id != actor.id:
        raise WalkinRefused("not_yours")
    return found


def _locked(ticket_id: int) -> Ticket:
    row = fetch_one(
        "SELECT * FROM cases_walkin WHERE id = %(id)s FOR NO KEY UPDATE", {"id": ticket_id}
    )
    if row is None:
        raise UnknownTicket(str(ticket_id))
    return ticket_from_row(row)


def _update(found: Ticket, **columns: Any) -> Any:
    names = ", ".join(f"{name} = %({name})s" for name in columns)
    return fetch_one(
        f"UPDATE cases_walkin SET {names} WHERE id = %(id)s RETURNING *",  # noqa: S608  keyword names from our own code
        {**columns, "id": found.id},
    )


def _noted(row: Any, action: str, actor: Actor, **detail: Any) -> Ticket:
    audit.record(
        actor=str(actor), action=action, walkin_id=row.id, interaction_id=row.interaction_id,
        **detail,
    )  # fmt: skip
    return ticket_from_row(row)


def _teams() -> frozenset[str]:
    return frozenset(team.code for team in list_topics())
