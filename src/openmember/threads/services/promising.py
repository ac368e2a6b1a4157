"""The promise to reply: made when a member writes, kept when the team does, and told by the log of the case."""

from datetime import datetime

from openmember.cases.clocks.rules import due_of
from openmember.cases.policy import hours_of
from openmember.cases.services.steps import append, clear_alarms
from openmember.cases.types import Alarm, Case
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor
from openmember.threads.policy import reply_rule

ALARMS = (Alarm.REPLY_DUE, Alarm.REPLY_LATE)


def promise_reply(case: Case, *, now: datetime, actor: Actor) -> datetime:
    """Return by when the team replies: the promise that runs, or a new one. The case is locked."""
    known = fetch_one(
        "SELECT reply_due_at FROM threads_thread WHERE case_id = %(id)s", {"id": case.id}
    )
    if known and known.reply_due_at:
        return known.reply_due_at  # type: ignore[no-any-return]  # a column of moments
    rule, hours = reply_rule(team=case.team), hours_of(team=case.team, region=case.region)
    due_at = due_of(rule, hours, now)
    append(
        case, "reply_promised", at=now, actor=actor, rule=rule.as_json(), hours=hours.as_json(),
        due_at=due_at.isoformat(),
    )  # fmt: skip
    _set_due(case, due_at)
    return due_at


def reply_given(case: Case, *, now: datetime, actor: Actor) -> None:
    """End the promise that runs, if one does, and the alarms about it. The case is locked."""
    known = fetch_one(
        "SELECT reply_due_at FROM threads_thread WHERE case_id = %(id)s AND reply_due_at IS NOT NULL",
        {"id": case.id},
    )
    if known:
        append(
            case, "reply_given", at=now, actor=actor, due_at=known.reply_due_at.isoformat(),
            is_late=now >= known.reply_due_at,
        )  # fmt: skip
        _set_due(case, None)
    clear_alarms(case, *ALARMS, Alarm.MEMBER_WROTE, at=now, actor=actor)


def _set_due(case: Case, due_at: datetime | None) -> None:
    fetch_all(
        "UPDATE threads_thread SET reply_due_at = %(due)s WHERE case_id = %(id)s",
        {"due": due_at, "id": case.id},
    )
