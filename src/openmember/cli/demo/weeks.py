"""Four weeks of contacts and promised calls, and what waits now, so that the board has something to show."""

from datetime import datetime, timedelta
from random import Random

DAYS, A_DAY = 28, 3
# Topic, its team, and who of the demo's staff answers for it.
TOPICS = (
    ("bill_question", "billing", "billing"),
    ("general_question", "member_services", "representative"),
    ("id_card", "member_services", "representative"),
    ("claim_status", "claims", "representative"),
    ("refill_problem", "pharmacy", "pharmacist"),
)
WAITS = (8, 15, 22, 40, 95, 260)
PHONE = "510-555-0134"
# Promised so many days ago, and what came of it; nothing is a promise that was broken.
CALLS = ((9, "reached"), (6, "reached"), (5, "no_answer"), (3, "reached"), (2, ""))


def show_weeks(*, members: list[int], staff: dict[str, int], seed: int, now: datetime) -> None:
    """Let members call, be called back, and wait; let some of the staff be there."""
    from openmember.cases.board import rolling
    from openmember.cases.callbacks import services as callbacks

    show = _Weeks(members, staff, Random(seed), now)  # noqa: S311  the same demo each time, not a secret
    for days in range(DAYS, 0, -1):
        for place in range(A_DAY):
            show.call(days, place)
    for days, outcome in CALLS:
        show.promise(days, outcome)
    callbacks.sweep(now=now)
    rolling.advance(now=now)
    rolling.roll()
    show.who_waits()
    show.who_is_there()


class _Weeks:
    def __init__(
        self, members: list[int], staff: dict[str, int], random: Random, now: datetime
    ) -> None:
        from openmember.members.types import Actor, Role, system

        self.members, self.random, self.now = members, random, now
        self.system = system("demo")
        self.people = {
            role: Actor("staff", staff[role], roles=frozenset({Role(role)}))
            for role in ("representative", "billing", "pharmacist", "supervisor")
        }

    def call(self, days: int, place: int) -> None:
        """Let somebody call on a working day; one in ten gives up."""
        from openmember.cases.interactions.services import contacts
        from openmember.cases.interactions.types import Outcome

        at = self._at(days, hour=17 + 2 * place)
        if at.weekday() > 4:
            return
        topic, team, role = self.random.choice(TOPICS)
        begun = self._begin(topic, team, at)
        if self.random.random() < 0.1:
            contacts.end(
                interaction_id=begun, outcome=Outcome.ABANDONED, now=at + timedelta(minutes=3),
                actor=self.system,
            )  # fmt: skip
            return
        then = at + timedelta(seconds=self.random.choice(WAITS))
        helper = self.people[role]
        contacts.answer(interaction_id=begun, now=then, actor=helper)
        ends = then + timedelta(minutes=self.random.uniform(3, 9))
        contacts.end(interaction_id=begun, outcome=Outcome.ANSWERED, now=ends, actor=helper)

    def promise(self, days: int, outcome: str) -> None:
        """Promise a call on a day gone by, and make it where something came of it."""
        from openmember.cases.callbacks import services as callbacks
        from openmember.cases.callbacks.queries import list_windows
        from openmember.cases.callbacks.types import Reached
        from openmember.cases.services.opening import open_case
        from openmember.cases.types import Channel, NewCase

        at, helper = self._at(days, hour=18), self.people["billing"]
        new = NewCase(
            "bill_question", self.random.choice(self.members), Channel.PHONE,
            need="Please call me when you know more.", facts={"bill": "The last one"},
        )  # fmt: skip
        case = open_case(new=new, now=at, actor=helper)
        window = list_windows(case=case, now=at, count=1)[0]
        call = callbacks.promise(case=case, window=window, phone=PHONE, now=at, actor=helper)
        if outcome and window.ends_at < self.now:
            callbacks.attempt(
                callback=call, outcome=Reached(outcome), actor=helper,
                now=window.starts_at + timedelta(minutes=20),
            )  # fmt: skip

    def who_waits(self) -> None:
        """Let two people wait on the telephone at this moment."""
        for place, (topic, team, _role) in enumerate(TOPICS[:2]):
            self._begin(topic, team, self.now - timedelta(minutes=1 + place))

    def who_is_there(self) -> None:
        """Let three of the staff be there, as if they had just said so."""
        from openmember.cases.duty.services import choose
        from openmember.cases.duty.types import BreakKind, DutyState

        for role, state, kind in (
            ("representative", DutyState.AVAILABLE, None),
            ("billing", DutyState.AFTER_CONTACT, None),
            ("pharmacist", DutyState.BREAK, BreakKind.MEAL),
        ):
            choose(state=state, break_kind=kind, now=self.now, actor=self.people[role])

    def _begin(self, topic: str, team: str, at: datetime) -> int:
        from openmember.cases.interactions.services import contacts
        from openmember.cases.interactions.types import NewInteraction
        from openmember.cases.types import Channel

        new = NewInteraction(
            Channel.PHONE, self.random.choice(self.members), team=team, topic=topic
        )
        return contacts.begin(new=new, now=at, actor=self.system).id

    def _at(self, days: int, hour: int) -> datetime:
        """Return a moment of a day gone by, in UTC hours: seventeen is morning on the Pacific coast."""
        day = (self.now - timedelta(days=days)).replace(minute=0, second=0, microsecond=0)
        return day.replace(hour=hour) + timedelta(minutes=self.random.randrange(0, 55))
