"""What is promised on a case goes with it: whoever has the case now makes its calls, and hears of them."""

from datetime import datetime

from openmember.cases import queries
from openmember.cases.services.steps import again, append
from openmember.cases.types import Alarm, Case
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor

CALLS = (Alarm.CALLBACK_DUE.value, Alarm.CALLBACK_BROKEN.value)


def hand_over_calls(
    case: Case, *, before: int | None, now: datetime, actor: Actor, every: bool = False
) -> None:
    """Give the open calls of a locked case, and their alarms, to its team and owner as they now are.

    Shape:  nobody's calls and those of the owner `before`; `every` takes those given to others too, as where
            the case has left their team.
    """
    to = again(case.id)
    values = {
        "ids": queries.family_ids(case=to), "team": to.team, "owner": to.owner_id,
        "name": to.owner_name, "before": before, "every": every, "kinds": list(CALLS),
    }  # fmt: skip
    for row in fetch_all(_CALLS, values):
        append(
            to, "callback_assigned", at=now, actor=actor, callback_id=row.id, user_id=to.owner_id,
            team=to.team,
        )  # fmt: skip
    fetch_all(_ALARMS, values)


def tell_of_call(case: Case, callback_id: int, *, user_id: int) -> None:
    """Put the alarms of one call before whoever it was given to."""
    fetch_all(
        "UPDATE cases_alarm SET user_id = %(user)s WHERE case_id = ANY (%(ids)s) AND kind = ANY (%(kinds)s)"
        " AND subject_id = %(id)s AND cleared_at IS NULL",
        {
            "user": user_id,
            "ids": queries.family_ids(case=case),
            "kinds": list(CALLS),
            "id": callback_id,
        },
    )


_CALLS = """
UPDATE cases_callback SET team = %(team)s, assignee_id = %(owner)s, assignee_name = %(name)s
WHERE case_id = ANY (%(ids)s) AND state = 'promised'
  AND (%(every)s OR assignee_id IS NULL OR assignee_id = %(before)s)
  AND (team <> %(team)s OR assignee_id IS DISTINCT FROM %(owner)s)
RETURNING id
"""
_ALARMS = """
UPDATE cases_alarm SET team = %(team)s, user_id = %(owner)s
WHERE case_id = ANY (%(ids)s) AND kind = ANY (%(kinds)s) AND cleared_at IS NULL
  AND (%(every)s OR user_id IS NULL OR user_id = %(before)s)
"""
