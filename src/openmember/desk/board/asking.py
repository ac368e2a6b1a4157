"""What the board is asked to look at, and the addresses of what is behind a figure."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from openmember.cases.board.reach import MINE, days_back, reach_of
from openmember.cases.board.types import Reach, Stretch
from openmember.cases.duty.queries import list_on_duty
from openmember.cases.duty.types import OnDuty
from openmember.cases.policy import get_policy
from openmember.desk.access import DeskRequest
from openmember.directory.queries import find_region
from openmember.directory.teams import list_teams
from openmember.members.types import Actor

TODAY, WEEKS = "today", "weeks"


@dataclass(frozen=True)
class Asked:
    """Whose work is looked at, as the address says it, and as of when."""

    team: str
    region: str
    reach: Reach
    now: datetime
    actor: Actor

    @cached_property
    def people(self) -> tuple[OnDuty, ...]:
        """Who of it is there, read once."""
        return list_on_duty(
            teams=self.reach.teams, regions=self.reach.regions, since=min(self.today.sinces),
            now=self.now, actor=self.actor,
        )  # fmt: skip

    @property
    def today(self) -> Stretch:
        return days_back(self.reach, now=self.now, days=0, today=True)

    @property
    def weeks(self) -> Stretch:
        """The last weeks, of whole days."""
        return days_back(self.reach, now=self.now, days=7 * get_policy().board.weeks)

    @property
    def ever(self) -> Stretch:
        """The last weeks and today."""
        days = 7 * get_policy().board.weeks
        return days_back(self.reach, now=self.now, days=days, today=True)

    def query(self, **more: object) -> str:
        """Return the query of an address that looks at the same work; `team` may be another."""
        given = {"team": self.team, "region": self.region, **more}
        return urlencode({name: value for name, value in given.items() if value != ""})

    def behind(self, figure: str, **more: object) -> str:
        """Return the address of what is behind a figure."""
        return f"{reverse('desk:board_behind', args=[figure])}?{self.query(**more)}"


def asked_of(request: DeskRequest) -> Asked:
    """Return what an address asks to look at; without a team all of them. Errors: NotAllowed."""
    team, region = request.GET.get("team", ""), request.GET.get("region", "")
    if team != MINE and team not in {one.code for one in list_teams()}:
        team = ""
    if find_region(code=region) is None:
        region = ""
    reach = reach_of(actor=request.actor, team=team, region=region)
    return Asked(team, region, reach, timezone.now(), request.actor)
