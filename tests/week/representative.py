"""One representative at the desk: finishes what is open, answers offers, and pulls what comes next.

All it knows is in the database, so that whoever sits down after a crash goes on with the same call.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from openmember.cases.callbacks import queries as promised
from openmember.cases.callbacks import services as callbacks
from openmember.cases.callbacks.types import Reached
from openmember.cases.duty import services as duty
from openmember.cases.duty.types import BreakKind, DutyState
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
from openmember.cases.work.services.taking import pull_next
from openmember.cases.work.types import Filter
from openmember.members.types import Actor, NotAllowed
from tests.week.calls import Call, Fate

ZONE = ZoneInfo("America/Los_Angeles")
OPENS, CLOSES = 8, 18
PHONE = "510-555-0142"
ELSEWHERE = {"billing": "claims", "claims": "billing"}
MEAL = timedelta(minutes=30)


class Representative:
    """`calls` says how each call goes; `seed` how this person works."""

    def __init__(self, actor: Actor, calls: Mapping[str, Call], seed: int) -> None:
        self._actor, self._calls, self._seed = actor, calls, seed

    def work(self, since: datetime, until: datetime) -> None:
        """Do what can be done between two moments."""
        random = Random(f"{self._seed} {since}")
        now = since
        while now < until:
            taken = self._one(now, random)
            if taken is None:
                break
            now += taken
        if self.is_at_work(since):
            duty.be_seen(now=max(now, until), actor=self._actor)

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
            # Whoever was killed in the middle of this step may have answered later in it.
            begins = max(now, contact.answered_at or now)
            return begins - now + self._talk(contact, begins)
        return self._next(now, random) if is_here else None

    def _next(self, now: datetime, random: Random) -> timedelta | None:
        if self._eats(now):
            duty.choose(
                state=DutyState.BREAK, break_kind=BreakKind.MEAL, now=now, actor=self._actor
            )
            return MEAL
        wishes = [self._pull, self._work_own]
        if random.random() < 0.35:
            wishes.reverse()
        for does in (self._answer_offer, *wishes):
            try:
                if taken := does(now, random):
                    return taken
            except (CaseRefused, NotAllowed):
                continue  # Somebody else was quicker, or has it by now.
        return None

    def _eats(self, now: datetime) -> bool:
        """Return whether it is their half hour at noon."""
        here = now.astimezone(ZONE)
        return (here.hour, here.minute // 30) == (11 + self._seed % 3, self._seed % 2)

    def _pull(self, now: datetime, random: Random) -> timedelta | None:
        """Take what comes next, and do it where it is a call."""
        taken = pull_next(now=now, actor=self._actor)
        if taken is None:
            return None
        if taken.contact_id is not None:
            return self._talk(
                interactions.get_interaction(interaction_id=taken.contact_id, actor=self._actor),
                now,
            )
        if taken.callback_id is not None:
            reached = Reached.REACHED if random.random() < 0.6 else Reached.NO_ANSWER
            callbacks.attempt(
                callback=callbacks.again(taken.callback_id),
                outcome=reached,
                now=now,
                actor=self._actor,
            )
            return timedelta(minutes=2)
        return timedelta(minutes=1)

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

    def _work_own(self, now: datetime, random: Random) -> timedelta | None:
        own = work.list_queue(asked=Filter(only_mine=True), actor=self._actor, size=1).cases
        if not own:
            return None
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
