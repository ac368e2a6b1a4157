"""What people come for: the organisation's own words for its teams, and what a text is about."""

from openmember.cases.walkins.rules import GENERAL_TEAM
from openmember.directory.routing.routing import route
from openmember.directory.routing.types import Need
from openmember.directory.teams import Team, list_teams


def list_topics() -> tuple[Team, ...]:
    """Return the teams somebody can come for. Who needs a nurse at once is not told to wait in a room."""
    return tuple(team for team in list_teams() if not team.clinical)


def team_for(asked: Need) -> str:
    """Return whom words are for; Member Services where they say it to nobody, or to a nurse."""
    understood = route(asked).team if asked.text else ""
    return understood if understood in {team.code for team in list_topics()} else GENERAL_TEAM
