"""A member reads in a message what somebody else did for them with a dispute."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, override

from openmember.cases.types import Case
from openmember.members.queries import get_member
from openmember.members.types import Actor, system
from openmember.threads.services.sending import inform

_FILED = gettext_lazy(
    "%(name)s filed this dispute for you. If you did not want that, write to us here or call us: you can take"
    " it back, and end what they may do for you."
)
_WENT_ON = gettext_lazy(
    "%(name)s took this dispute to the next level for you. If you did not want that, write to us here or call"
    " us."
)
_ENDED = gettext_lazy(
    "%(name)s took this dispute back for you. If you did not want that, write to us here or call us: you can"
    " file it again while there is time."
)


def of_filing(*, case: Case, now: datetime, actor: Actor) -> None:
    """Tell the member that somebody else filed it. Their own act tells nobody."""
    _tell(case, _FILED, now, actor)


def of_going_on(*, case: Case, now: datetime, actor: Actor) -> None:
    """Tell the member that somebody else took it further."""
    _tell(case, _WENT_ON, now, actor)


def of_ending(*, case: Case, now: datetime, actor: Actor) -> None:
    """Tell the member that somebody else took it back."""
    _tell(case, _ENDED, now, actor)


def _tell(case: Case, words: Promise, now: datetime, actor: Actor) -> None:
    if actor.kind != "member" or actor.member_id in {None, case.member_id}:
        return
    assert actor.member_id is not None
    person = get_member(member_id=case.member_id or 0).person
    with override(person.language or "en"):
        body = str(words) % {"name": get_member(member_id=actor.member_id).name}
    inform(case=case, body=body, now=now, actor=system("disputes"))
