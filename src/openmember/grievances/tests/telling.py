"""A dispute told day by day through the services, where the member lives."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from openmember.cases.services.steps import again
from openmember.cases.testing import a_worker
from openmember.cases.types import Case, Channel
from openmember.coverage.types import CoverageType
from openmember.grievances.choosing import Covered, track_of
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import working
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.testing import clock, last_day_of
from openmember.grievances.types import (
    Care,
    Kind,
    Level,
    Matter,
    NewDispute,
    Outcome,
    Running,
    Standing,
    Step,
)
from openmember.members.queries import get_member
from openmember.members.testing import a_member
from openmember.members.types import Address

REGIONS = {
    "CA": "california", "CO": "colorado", "GA": "georgia", "HI": "hawaii", "MD": "mid-atlantic",
    "VA": "mid-atlantic", "DC": "mid-atlantic", "OR": "northwest", "WA": "washington",
}  # fmt: skip


class Story:
    """A dispute from when it is filed; each step is somebody else's, so that nobody decides twice."""

    def __init__(
        self, when: str, *, state: str, covered: CoverageType, care: Care = Care.PRE_SERVICE,
        matter: Matter = Matter.APPEAL, group: str = "", **said: object,
    ) -> None:  # fmt: skip
        member = a_member(region=REGIONS[state], address=Address(state=state))
        person = get_member(member_id=member.id).person
        coverage = Covered(covered, "Gold 500", group, "")
        track = track_of(matter=matter, care=care, covered=coverage, person=person)
        new = NewDispute(track=track, member_id=member.id, account_number=None, need="No.", **said)
        self.zone = _ZONES[REGIONS[state]]
        at = self.at(when)
        self.id = file_dispute(
            new=new, channel=Channel.MAIL, received_at=at, now=at, actor=a_worker("grievances")
        ).id

    def at(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(self.zone))

    @property
    def now(self) -> Standing:
        return get_dispute(dispute_id=self.id).standing

    @property
    def case(self) -> Case:
        return again(get_dispute(dispute_id=self.id).case_id)

    @property
    def kinds(self) -> list[Kind]:
        return [one.event.kind for one in get_dispute(dispute_id=self.id).events]

    def clock(self, step: Step, level: str = "") -> Running:
        return clock(self.now, step, level)

    def last_day(self, step: Step, level: str = "") -> date:
        return last_day_of(self.now, step, level)

    def due(self, step: Step, level: str = "") -> datetime | None:
        return self.clock(step, level).due_at

    def acknowledge(self, when: str) -> None:
        working.acknowledge(**self._by_somebody(when))

    def expedite(self, when: str) -> None:
        working.expedite(by_clinician=True, why="Pain", **self._by_somebody(when))

    def extend(self, when: str, days: int) -> None:
        working.extend(days=days, why="Records are on their way", **self._by_somebody(when))

    def decide(self, when: str, outcome: Outcome, *, arrived: str = "") -> None:
        """Decide with a letter of that day; `arrived` is when it came, noted that day."""
        said = self._by_somebody(when)
        working.decide(
            outcome=outcome, code=_REASONS.get(outcome, ""), criteria="Policy 12, part 3",
            reason="As the policy says", notice_on=self.at(when).date(), **said,
        )  # fmt: skip
        if arrived:
            on = date.fromisoformat(arrived)
            working.note_delivery(on=on, how="Receipt", **self._by_somebody(f"{arrived} 18:00"))

    def state(self, when: str, came: str) -> None:
        """Note the prescriber's statement, which came earlier."""
        working.note_statement(came_at=self.at(came), **self._by_somebody(when))

    def go_on(self, when: str, level: Level) -> None:
        working.escalate(level=level, **self._by_somebody(when))

    def do(self, when: str, step: Step) -> None:
        working.mark_done(step=step, **self._by_somebody(when))

    def carry_out(self, when: str) -> None:
        working.carry_out(what="Paid", **self._by_somebody(when))

    def watch(self, when: str) -> None:
        watch_clocks(self.at(when))

    def miss(self) -> None:
        """Let the time to decide pass."""
        due = self.due(Step.DECIDE)
        assert due is not None
        watch_clocks(due + timedelta(minutes=1))

    def _by_somebody(self, when: str) -> dict[str, object]:
        dispute = get_dispute(dispute_id=self.id)
        return {"dispute": dispute, "now": self.at(when), "actor": a_worker("grievances")}


_REASONS = {Outcome.UPHELD: "not_medically_necessary", Outcome.OVERTURNED: "criteria_met"}
_ZONES = {
    "california": "America/Los_Angeles", "colorado": "America/Denver", "georgia": "America/New_York",
    "hawaii": "Pacific/Honolulu", "mid-atlantic": "America/New_York",
    "northwest": "America/Los_Angeles", "washington": "America/Los_Angeles",
}  # fmt: skip
