"""Asking the member once for each answer how it was."""

from datetime import datetime

from openmember.cases.services.steps import append, locked_for_member, raise_alarm
from openmember.cases.types import Alarm, Case, CaseRefused, Status
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor

UNHAPPY_AT_MOST = 2


def rate(*, case: Case, score: int, words: str, now: datetime, actor: Actor) -> None:
    """Keep how the member found the last answer: 1 to 5, once. A low score is put before the team.

    Errors: NotAllowed; CaseRefused `bad_score`, `not_answered`, `rated_already`.
    """
    if not 1 <= score <= 5:
        raise CaseRefused("bad_score", "a score is 1 to 5")
    with locked_for_member(case, actor=actor) as found:
        if found.status not in {Status.RESOLVED, Status.CLOSED}:
            raise CaseRefused("not_answered", "this is not answered yet")
        row = fetch_one(
            "INSERT INTO cases_satisfaction (case_id, resolution, score, words, at)"
            " VALUES (%(case)s, %(resolution)s, %(score)s, %(words)s, %(at)s)"
            " ON CONFLICT DO NOTHING RETURNING score",
            {
                "case": found.id,
                "resolution": found.resolutions,
                "score": score,
                "words": words.strip()[:2000],
                "at": now,
            },
        )
        if row is None:
            raise CaseRefused("rated_already", "you told us already, thank you")
        append(found, "rated", at=now, actor=actor, score=score, resolution=found.resolutions)
        if score <= UNHAPPY_AT_MOST:
            raise_alarm(found, Alarm.UNHAPPY, at=now, subject_id=found.resolutions)
