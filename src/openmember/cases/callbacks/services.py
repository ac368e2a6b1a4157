"""Promising a call, making it, and what happens when nobody does."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import phonenumbers
from django.db import transaction

from openmember.cases.callbacks import rules
from openmember.cases.callbacks.queries import SELECT, callback_from_row, limits
from openmember.cases.callbacks.types import Callback, Reached, State, Window
from openmember.cases.duty import services as duty
from openmember.cases.duty.types import Cause
from openmember.cases.policy import get_policy, hours_of
from openmember.cases.services import steps
from openmember.cases.services.handing import tell_of_call
from openmember.cases.services.steps import (
    append,
    clear_alarms,
    lock,
    locked,
    name_of,
    raise_alarm,
)
from openmember.cases.types import Alarm, Case, CaseRefused
from openmember.directory.queries import zone_of
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.skills import find_staff
from openmember.members.types import Actor, NotAllowed, Scope, system

ACTOR = system("callbacks")


def promise(
    *,
    case: Case,
    window: Window,
    phone: str,
    now: datetime,
    actor: Actor,
    interaction_id: int | None = None,
    assignee_id: int | None = None,
) -> Callback:
    """Promise to call the member in a window, for whoever handles contacts or works the case.

    Shape:  the window lies within the team's hours; its words are in the zone of the member's region.
            Without an assignee it is the owner's, or the team's.
    Errors: NotAllowed; rules.BadWindow, which names the next window that can be promised; CaseRefused
            `bad_phone`, `settled`, `promised_already`.
    """
    number = _checked_phone(phone)
    with transaction.atomic():
        found = lock(case.id)
        if actor.kind == "member" or not (actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)):
            raise NotAllowed(Scope.CONTACT)
        if not found.is_open:
            raise CaseRefused("settled", "this case is settled; reopen it first")
        rules.check_window(window, hours_of(team=found.team, region=found.region), limits(), now)
        _check_free(found, window)
        assignee = find_staff(user_id=assignee_id or found.owner_id or 0)
        row = fetch_one(
            "INSERT INTO cases_callback (case_id, interaction_id, team, region, zone, language, phone,"
            " starts_at, ends_at, assignee_id, assignee_name, promised_at, promised_by, promised_name)"
            " VALUES (%(case)s, %(interaction)s, %(team)s, %(region)s, %(zone)s, %(language)s, %(phone)s,"
            " %(starts)s, %(ends)s, %(user)s, %(user_name)s, %(now)s, %(actor)s, %(name)s) RETURNING id",
            {
                "case": found.id,
                "interaction": interaction_id,
                "team": found.team,
                "region": found.region,
                "zone": zone_of(region=found.region).key,
                "language": found.language,
                "phone": number,
                "starts": window.starts_at,
                "ends": window.ends_at,
                "user": assignee.id if assignee else None,
                "user_name": assignee.first_name if assignee else "",
                "now": now,
                "actor": str(actor),
                "name": name_of(actor),
            },
        )
        append(
            found, "callback_promised", at=now, actor=actor, is_visible=True, callback_id=row.id,
            starts_at=window.starts_at.isoformat(), ends_at=window.ends_at.isoformat(),
        )  # fmt: skip
        return again(row.id)


def assign(*, callback: Callback, user_id: int, now: datetime, actor: Actor) -> Callback:
    """Give a promised call to somebody: to oneself, or as a supervisor to anybody.

    Errors: NotAllowed; CaseRefused `unknown_staff`, `settled_already`.
    """
    if user_id != actor.id:
        actor.require(Scope.SUPERVISE_CARE)
    person = find_staff(user_id=user_id)
    if person is None or not person.is_active:
        raise CaseRefused("unknown_staff", "nobody works here under this name")
    with _case_of(callback, actor) as found:
        row = fetch_one(
            "UPDATE cases_callback SET assignee_id = %(user)s, assignee_name = %(name)s"
            " WHERE id = %(id)s AND state = 'promised' RETURNING id",
            {"user": user_id, "name": person.first_name, "id": callback.id},
        )
        if row is None:
            raise CaseRefused("settled_already", "this call was made, broken or cancelled already")
        append(
            found,
            "callback_assigned",
            at=now,
            actor=actor,
            callback_id=callback.id,
            user_id=user_id,
        )
        # Where it is about to break, whoever has it now is told.
        tell_of_call(found, callback.id, user_id=user_id)
    return again(callback.id)


def attempt(
    *, callback: Callback, outcome: Reached, now: datetime, actor: Actor, note: str = ""
) -> Callback:
    """Record that somebody called: three times at most. A broken promise may still be made good.

    Errors: NotAllowed; CaseRefused `too_many`, `settled_already`.
    """
    with _case_of(callback, actor) as found:
        known = again(callback.id)
        if known.state not in {State.PROMISED, State.BROKEN}:
            raise CaseRefused("settled_already", "this call was made or cancelled already")
        number = len(known.attempts) + 1
        if number > get_policy().attempts:
            raise CaseRefused("too_many", "it was tried as often as was promised")
        fetch_all(
            "INSERT INTO cases_callback_attempt (callback_id, number, at, outcome, note, actor, actor_name)"
            " VALUES (%(id)s, %(number)s, %(at)s, %(outcome)s, %(note)s, %(actor)s, %(name)s)",
            {
                "id": known.id,
                "number": number,
                "at": now,
                "outcome": outcome.value,
                "note": note.strip()[:500],
                "actor": str(actor),
                "name": name_of(actor),
            },
        )
        append(
            found, "callback_attempted", at=now, actor=actor, is_visible=True,
            callback_id=known.id, number=number, outcome=outcome.value,
        )  # fmt: skip
        tried = [*((one.at, one.outcome) for one in known.attempts), (now, outcome)]
        became = rules.state_after(known.window, tried, get_policy().attempts)
        if known.state is State.BROKEN and became is State.PROMISED:
            # Called in time, and written down when the window had been said to be over.
            became = rules.state_at_end(known.window, tried)
        if became is not known.state:
            _settle(found, known, became, now, actor)
        if outcome is Reached.REACHED:
            clear_alarms(found, Alarm.CALLBACK_BROKEN, at=now, actor=actor)
        if actor.kind == "staff" and actor.id is not None:
            duty.end_contact(user_id=actor.id, now=now, cause=Cause.CALL)
    return again(callback.id)


def cancel(*, callback: Callback, reason: str, now: datetime, actor: Actor) -> Callback:
    """Call a promised call off, because the member wants none. Errors: NotAllowed; CaseRefused."""
    if not reason.strip():
        raise CaseRefused("nothing_said", "say why nobody needs to call")
    with _case_of(callback, actor) as found:
        if again(callback.id).state is not State.PROMISED:
            raise CaseRefused("settled_already", "this call was made, broken or cancelled already")
        _settle(found, callback, State.CANCELLED, now, actor, reason.strip())
    return again(callback.id)


def sweep(*, now: datetime, limit: int = 500) -> tuple[int, int]:
    """Alarm before promises break, and say which broke; return how many of each. Safe to run twice."""
    alarmed = broken = 0
    while alarmed < limit and _alarm_one(now):
        alarmed += 1
    while broken < limit and _end_one(now):
        broken += 1
    return alarmed, broken


def again(callback_id: int) -> Callback:
    """Return a promised call as it now is."""
    return callback_from_row(fetch_one(SELECT + "WHERE b.id = %(id)s", {"id": callback_id}))


def _case_of(callback: Callback, actor: Actor) -> AbstractContextManager[Case]:
    return locked(steps.again(callback.case_id), actor=actor)


@transaction.atomic
def _alarm_one(now: datetime) -> bool:
    row = fetch_one(
        SELECT + "WHERE b.state = 'promised' AND b.alarmed_at IS NULL AND b.ends_at <= %(until)s"  # noqa: S608  text of our own
        " AND NOT EXISTS (SELECT FROM cases_callback_attempt a WHERE a.callback_id = b.id)"
        " ORDER BY b.ends_at LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED",
        {"until": now + timedelta(minutes=get_policy().alarm_minutes)},
    )
    if row is None:
        return False
    # The case is locked first, as everywhere; what the row said may be old by now.
    callback = again(row.id)
    if callback.state is State.PROMISED and callback.alarmed_at is None:
        fetch_all(
            "UPDATE cases_callback SET alarmed_at = %(now)s WHERE id = %(id)s",
            {"now": now, "id": callback.id},
        )
        raise_alarm(
            steps.again(callback.case_id), Alarm.CALLBACK_DUE, at=now, subject_id=callback.id,
            user_id=callback.assignee_id, team=callback.team,
        )  # fmt: skip
    return True


@transaction.atomic
def _end_one(now: datetime) -> bool:
    row = fetch_one(
        SELECT + "WHERE b.state = 'promised' AND b.ends_at <= %(now)s"
        " ORDER BY b.ends_at LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED",
        {"now": now},
    )
    if row is None:
        return False
    callback = again(row.id)
    if callback.state is State.PROMISED:
        tried = [(one.at, one.outcome) for one in callback.attempts]
        found = rules.state_at_end(callback.window, tried)
        _settle(steps.again(callback.case_id), callback, found, now, ACTOR)
    return True


def _settle(
    case: Case, callback: Callback, state: State, now: datetime, actor: Actor, reason: str = ""
) -> None:
    if state is State.PROMISED:
        return
    fetch_all(
        "UPDATE cases_callback SET state = %(state)s, settled_at = %(now)s, reason = %(reason)s"
        " WHERE id = %(id)s AND state = %(before)s",
        {
            "state": state.value,
            "now": now,
            "reason": reason,
            "id": callback.id,
            "before": callback.state.value,
        },
    )
    append(
        case, f"callback_{state.value}", at=now, actor=actor,
        is_visible=state is not State.KEPT, callback_id=callback.id,
    )  # fmt: skip
    clear_alarms(case, Alarm.CALLBACK_DUE, at=now, actor=actor)
    if state is State.BROKEN:
        raise_alarm(
            case, Alarm.CALLBACK_BROKEN, at=now, subject_id=callback.id,
            user_id=callback.assignee_id, team=callback.team,
        )  # fmt: skip


def _check_free(case: Case, window: Window) -> None:
    taken = fetch_one(
        "SELECT 1 AS yes FROM cases_callback WHERE case_id = %(case)s AND state = 'promised'"
        " AND starts_at < %(ends)s AND ends_at > %(starts)s",
        {"case": case.id, "starts": window.starts_at, "ends": window.ends_at},
    )
    if taken:
        raise CaseRefused("promised_already", "a call in this window is promised already")


def _checked_phone(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException as wrong:
        raise CaseRefused("bad_phone", "this is not a telephone number") from wrong
    if not phonenumbers.is_valid_number(number):
        raise CaseRefused("bad_phone", "no telephone has this number")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
