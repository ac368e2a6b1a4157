"""Builders of messages for tests: legal states, made by the services themselves."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from openmember.cases.testing import NOW
from openmember.cases.types import Case
from openmember.documents.types import Upload
from openmember.members.queries import actor_of
from openmember.members.testing import a_user
from openmember.members.types import Actor, Member
from openmember.threads.services import drafts, sending
from openmember.threads.types import Draft, Then, Written

_serial = count(1)


def a_writer(member: Member) -> Actor:
    """Return a member who signs in, acting."""
    return actor_of(a_user(member=member))


def a_draft(
    actor: Actor,
    member: Member,
    body: str = "May I pay in parts?",
    *,
    team: str = "billing",
    subject: str = "",
    case: Case | None = None,
    files: Sequence[Upload] = (),
    now: datetime = NOW,
) -> Draft:
    """Return a draft with files, just kept."""
    draft = drafts.keep(
        key=f"draft-{next(_serial)}", member_id=member.id, written=Written(body, subject, team),
        case=case, now=now, actor=actor,
    )  # fmt: skip
    assert drafts.add_files(draft=draft, uploads=files, actor=actor) == ()
    return draft


def a_message(  # noqa: PLR0913  what makes messages differ
    actor: Actor,
    member: Member,
    body: str = "May I pay in parts?",
    *,
    team: str = "billing",
    case: Case | None = None,
    files: Sequence[Upload] = (),
    then: Then = Then.GOES_ON,
    flags: Sequence[str] = (),
    now: datetime = NOW,
) -> Case:
    """Return the case of a message just sent, by the member or by the team."""
    draft = a_draft(actor, member, body, team=team, case=case, files=files, now=now)
    return sending.send(draft=draft, case=case, then=then, flags=flags, now=now, actor=actor)
