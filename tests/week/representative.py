"""One representative at the desk: finishes what is open, keeps promises, takes what waits.

All it knows is in the database, so that whoever sits down after a crash goes on with the same call.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from openmember.cases.callbacks import queries as promised
from openmember.cases.callbacks import services as callbacks
from openmember.cases.callbacks.types import Reached
from openmember.cases.interactions import queries as interactions
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import Interaction, Outcome
from openmember.cases.queries import list_cases_of_member
from openmember.cases.services import moving
from openmember.cases.services.opening import open_case
from openmember.cases.transfers import queries as offered
from openmember.cases.transfers import services as transfers
from openmember.cases.transfers.types import Offer
from openmember.cases.types import Case, CaseRefused, Channel, NewCase, Status
from openmember.cases.work import queries as work
from openmember.cases.work.services.taking import take_next
from openmember.cases.work.types import Filter
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor, Skills
from tests.week.calls import Call, Fate

ZONE = ZoneInfo("America/Los_Angeles")
OPENS, CLOSES = 8, 18
PHONE = "510-555-0142"
ELSEWHERE = {"billing": "claims", "claims": "billing"}
_WAITING = """
SELECT id FROM cases_interaction
WHERE answered_at IS NULL AND ended_at IS NULL AND arrived_at <= %(now)s
  AND team = ANY (%(teams)s) AND language = ANY (%(languages)s)
ORDER BY arrived_at LIMIT 1
"""


class Representative:
    """`calls` says how each call goes; `seed` how this person works."""

    def __init__(self, actor: Actor, skills: Skills, calls: Mapping[str, Call], seed: int) -> None:
        self._actor, self._skills, self._calls, self._seed = actor, skills, calls, seed

    def work(self, since: datetime, until: datetime) -> None:
        """Do what can be done between two moments."""
        random = Random(f"{self._seed} {since}")
        now = since
        while now < until:
            taken = self._one(now, random)
            if taken is None:
                return
            now += taken

    def is_at_work(self, now: datetime) -> bool:
        here = now.astimezone(ZONE)
        ill = Random(f"{self._seed} {here.date()}").random() < 0.08
        return not ill and here.weekday() < 5 and OPENS <= here.hour < CLOSES

    def _one(self, now: datetime, random: Random) -> timedelta | None:
        """Do one thing and return how long it took; None when there is nothing to do, or nobody here."""
        # Whoever talks at closing time finishes the call first.
        is_here = self.is_at_work(now)
        if not is_here and not self.is_at_work(now - timedelta(hours=1)):
            return None
        for contact in interactions.list_open_interactions(actor=self._actor):
            return self._talk(contact, now)
        if not is_here:
            return None
        for does in (self._keep_promise, self._answer_offer, self._answer_call, self._work_case):
            try:
                if taken := does(now, random):
                    return taken
            except CaseRefused:
                continue  # Somebody else was quicker.
        return None

    def _answer_call(self, now: datetime, random: Random) -> timedelta | None:
        waits = {
            "now": now, "teams": list(self._skills.teams), "languages": ["en", *self._skills.languages],
        }  # fmt: skip
        row = fetch_one(_WAITING, waits)
        if row is None:
            return None
        return self._talk(contacts.answer(interaction_id=row.id, now=now, actor=self._actor), now)

    def _talk(self, contact: Interaction, now: datetime) -> timedelta:
        """Go through a call to its end, from wherever it stands."""
        call = self._calls[contact.need]
        ends = now + timedelta(minutes=call.minutes)
        if not contact.is_verified:
            contacts.verify(
                interaction_id=contact.id, factors=("birth_date", "zip"), now=now, actor=self._actor
            )
        outcome = Outcome.ANSWERED
        if call.fate is not Fate.ANSWERED:
            outcome = self._follow_up(self._case_of(contact, call, now), contact, call, now)
        contacts.end(interaction_id=contact.id, outcome=outcome, now=ends, actor=self._actor)
        return ends - now

    def _case_of(self, contact: Interaction, call: Call, now: datetime) -> Case:
        """Return the case of this call, opened now unless it was before a crash."""
        numbers = set(interactions.list_case_numbers(interaction=contact))
        for case in list_cases_of_member(member_id=call.member_id, actor=self._actor, limit=200):
            if case.number in numbers:
                return case
        new = NewCase(
            category=call.category, member_id=call.member_id, channel=Channel.PHONE,
            region="california", need=call.mark, language=call.language, facts=call.facts,
        )  # fmt: skip
        return open_case(new=new, now=now, actor=self._actor, interaction_id=contact.id)

    def _follow_up(self, case: Case, contact: Interaction, call: Call, now: datetime) -> Outcome:
        try:
            if call.fate is Fate.CALLBACK:
                window = promised.list_windows(case=case, now=now, count=1)[0]
                callbacks.promise(
                    case=case, window=window, phone=PHONE, now=now, actor=self._actor,
                    interaction_id=contact.id,
                )  # fmt: skip
                return Outcome.CALLBACK
            if call.fate in {Fate.WARM, Fate.COLD}:
                offer = Offer(
                    to_team=ELSEWHERE.get(case.team, "billing"), reason="It is theirs",
                    summary=call.mark, is_warm=call.fate is Fate.WARM, interaction_id=contact.id,
                )  # fmt: skip
                transfers.offer(case=case, offer=offer, now=now, actor=self._actor)
                return Outcome.TRANSFERRED
        except CaseRefused as refused:
            # Before a crash it was done already.
            if refused.name not in {"promised_already", "offered_already"}:
                raise
        return {Fate.CALLBACK: Outcome.CALLBACK, Fate.CASE: Outcome.CASE}.get(
            call.fate, Outcome.TRANSFERRED
        )

    def _keep_promise(self, now: datetime, random: Random) -> timedelta | None:
        for callback in promised.list_promised(actor=self._actor, limit=20):
            if callback.assignee_id not in {None, self._actor.id}:
                continue
            if not callback.window.starts_at <= now < callback.window.ends_at:
                continue
            if callback.attempts and now - callback.attempts[-1].at < timedelta(minutes=20):
                continue
            reached = Reached.REACHED if random.random() < 0.6 else Reached.NO_ANSWER
            callbacks.attempt(callback=callback, outcome=reached, now=now, actor=self._actor)
            return timedelta(minutes=2)
        return None

    def _answer_offer(self, now: datetime, random: Random) -> timedelta | None:
        for transfer in offered.list_offered(actor=self._actor, limit=5):
            if transfer.from_user_id == self._actor.id:
                continue
            if random.random() < 0.12:
                transfers.refuse(transfer=transfer, reason="Not ours", now=now, actor=self._actor)
            else:
                transfers.accept(transfer=transfer, now=now, actor=self._actor)
            return timedelta(minutes=1)
        return None

    def _work_case(self, now: datetime, random: Random) -> timedelta | None:
        own = work.list_queue(asked=Filter(only_mine=True), actor=self._actor, size=1).cases
        if own and random.random() < 0.7:
            case = own[0]
            if case.status in {Status.NEW, Status.REOPENED, Status.WAITING_ON_MEMBER}:
                moving.move(case=case, to=Status.OPEN, now=now, actor=self._actor)
            elif random.random() < 0.25:
                moving.move(
                    case=case, to=Status.WAITING_ON_MEMBER, now=now, actor=self._actor,
                    why="We asked for a paper",
                )  # fmt: skip
            else:
                moving.move(
                    case=case, to=Status.RESOLVED, now=now, actor=self._actor,
                    why="Said on the phone", answer="It is settled.",
                )  # fmt: skip
            return timedelta(minutes=2)
        return timedelta(minutes=1) if take_next(now=now, actor=self._actor) else None
