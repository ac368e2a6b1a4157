"""Callers of the line among all that waits: whoever pulls gets who has waited longest, wherever they wait."""

from datetime import datetime

from django.db.models import Q

from openmember.cases.work.services import taking
from openmember.cases.work.types import Puller, Taken
from openmember.members.types import Actor
from openmember.phone.queries import untaken
from openmember.phone.services import take_handover
from openmember.phone.team import TEAMS

# What languages of people are called on the line.
LANGUAGES = {"zh-hant": "zh"}


class Callers:
    """The callers who wait for a person, pulled with everybody else who does."""

    def take_first(self, puller: Puller, *, before: datetime | None) -> int | None:
        """Take who has waited longest off the list, for people of the teams that answer for bills."""
        if not set(puller.teams) & set(TEAMS):
            return None
        spoken = [LANGUAGES.get(code, code) for code in puller.languages]
        may_take = Q(language__in=spoken) | Q(asked_at__lte=puller.any_language_before)
        waiting = untaken().filter(may_take)
        if before is not None:
            waiting = waiting.filter(asked_at__lt=before)
        row = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("asked_at").first()
        if row is None:
            return None
        take_handover(handover_id=row.pk, actor=puller.actor)
        return int(row.pk)


def pull_next(*, now: datetime, actor: Actor) -> Taken | None:
    """Give the actor what comes first of all that waits, callers of the line included.

    Errors: as `cases.work.services.taking.pull_next`.
    """
    return taking.pull_next(now=now, actor=actor, lines=(Callers(),))
