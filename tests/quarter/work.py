"""The three who work a quarter: who takes disputes in, who works them, and who watches the clocks.

All they know is in the database and in the plan, so that whoever sits down after a crash goes on.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction

from openmember.cases.types import CaseRefused, Channel
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.services.log import write
from openmember.grievances.services.missing import take_course
from openmember.grievances.types import BadCourse, Kind, NewDispute, Speed
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor
from tests.quarter.plan import Deed, Filed

# How far whoever sits down anew looks back for what is not done.
BACKLOG = timedelta(days=5)
_LOGGED = """
SELECT c.sent_as AS mark, d.id, array_agg(e.kind ORDER BY e.serial) AS kinds
FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id JOIN grievances_event e ON e.dispute_id = d.id
WHERE c.sent_as = ANY (%(marks)s) GROUP BY 1, 2
"""


class Intake:
    """Files what came in a step, each once however often the step is begun."""

    def __init__(self, filed: Sequence[Filed], actor: Actor) -> None:
        self._filed, self._actor = filed, actor

    def work(self, since: datetime, until: datetime) -> None:
        for one in self._filed:
            if since <= one.at < until:
                self._file(one, until)

    def _file(self, one: Filed, now: datetime) -> None:
        new = NewDispute(
            track=one.track, member_id=one.member_id, account_number=None, need=one.mark, sent_as=one.mark,
            speed=Speed.EXPEDITED if one.expedited else Speed.STANDARD,
        )  # fmt: skip
        try:
            file_dispute(
                new=new, channel=Channel.PHONE, received_at=one.at, now=now, actor=self._actor
            )
        except CaseRefused:
            return  # Before a crash.


class Coordinators:
    """Do what is planned when its time has come and somebody is there; on some days nobody is."""

    def __init__(self, filed: Sequence[Filed], actor: Actor, seed: int) -> None:
        self._actor, self._seed = actor, seed
        self._due = sorted(
            (
                (one.at + deed.after, number, one)
                for one in filed
                for number, deed in enumerate(one.deeds)
            ),
            key=lambda due: (due[0], due[2].mark, due[1]),
        )
        self._tried: dict[str, int] = {}

    def work(self, since: datetime, until: datetime) -> None:
        if Random(f"{self._seed} {until.date()}").random() < 0.1:
            return  # Away: what was to be done today waits.
        first = bisect_left(self._due, since - BACKLOG, key=lambda due: due[0])
        last = bisect_left(self._due, until, key=lambda due: due[0])
        ripe = {
            one.mark: one
            for _at, number, one in self._due[first:last]
            if number >= self._tried.get(one.mark, 0)
        }
        for row in fetch_all(_LOGGED, {"marks": list(ripe)}):
            self._do(ripe[row.mark], row, until)

    def _do(self, one: Filed, row: Any, now: datetime) -> None:
        """Go on where the log stands: a deed it lacks was refused before, or is next."""
        done = [kind for kind in row.kinds if kind not in {"received", "lapsed"}]
        for number, deed in enumerate(one.deeds):
            if one.at + deed.after >= now:
                return
            if done and done[0] == deed.kind.value:
                done.pop(0)
            elif not done and number >= self._tried.get(one.mark, 0):
                self._try(row.id, deed, now)
            self._tried[one.mark] = number + 1

    def _try(self, dispute_id: int, deed: Deed, now: datetime) -> None:
        detail = dict(deed.detail)
        if deed.kind is Kind.DECIDED:
            detail |= {"notice_on": now.date().isoformat(), "reason": "As planned"}
        try:
            with transaction.atomic():
                take_course(dispute_id=dispute_id, now=now)
                write(dispute_id=dispute_id, kind=deed.kind, at=now, actor=self._actor, **detail)
        except BadCourse:
            return  # The law does not give it, or it came too late.


def watch(since: datetime, until: datetime) -> None:
    """What the job does every minute, at the end of a step."""
    watch_clocks(until)
