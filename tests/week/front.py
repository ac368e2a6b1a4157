"""The front of the house: calls arrive, wait and are given up; promises are watched by the clock."""

from datetime import datetime

from openmember.cases import jobs
from openmember.cases.board import rolling
from openmember.cases.callbacks import services as callbacks
from openmember.cases.categories import get_category
from openmember.cases.duty import services as duty
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import NewInteraction, Outcome
from openmember.cases.transfers import services as transfers
from openmember.cases.types import CaseRefused, Channel
from openmember.cases.work.services import closing
from openmember.kernel.sql import fetch_all
from openmember.members.types import system
from tests.week.calls import Call

ACTOR = system("week")
# The hour in which the half hours of the day before are counted.
COUNTED_AT = 4


class Front:
    """Works from what the database holds, so that one that was killed goes on where it stood."""

    def __init__(self, calls: list[Call]) -> None:
        self._calls = calls
        self._by_mark = {call.mark: call for call in calls}

    def work(self, since: datetime, until: datetime) -> None:
        """Let in who calls before `until`, and let go who waited too long by `since`."""
        due = [call for call in self._calls if since <= call.at < until]
        known = fetch_all(
            "SELECT need FROM cases_interaction WHERE need = ANY (%(marks)s)",
            {"marks": [call.mark for call in due]},
        )
        arrived = {row.need for row in known}
        for call in due:
            if call.mark not in arrived:
                self._let_in(call)
        self._give_up(since)
        # People are heard of at the end of each step.
        duty.sweep(now=since)
        closing.sweep(now=until, limit=100_000)
        callbacks.sweep(now=until, limit=100_000)
        transfers.expire_due(now=until, limit=100_000)
        jobs.alarm_clocks(now=until, limit=100_000)
        if self._is_night(until):
            rolling.advance(now=until)
        rolling.roll(limit=1)

    def _is_night(self, now: datetime) -> bool:
        return now.hour == COUNTED_AT

    def _let_in(self, call: Call) -> None:
        contacts.begin(
            new=NewInteraction(
                channel=Channel.PHONE, member_id=call.member_id, region="california",
                team=get_category(code=call.category).team, topic=call.category,
                need=call.mark, language=call.language,
            ),
            now=call.at, actor=ACTOR,
        )  # fmt: skip

    def _give_up(self, now: datetime) -> None:
        waiting = fetch_all(
            "SELECT id, need, arrived_at FROM cases_interaction"
            " WHERE answered_at IS NULL AND ended_at IS NULL"
        )
        for row in waiting:
            gone_at = row.arrived_at + self._by_mark[row.need].patience
            if gone_at <= now:
                try:
                    contacts.end(
                        interaction_id=row.id, outcome=Outcome.ABANDONED, now=gone_at, actor=ACTOR
                    )
                except CaseRefused:
                    continue  # Somebody picked it up at this moment.
