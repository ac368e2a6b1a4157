"""Notes of a contact: saved as they are written, and never lost when two write at once."""

from datetime import datetime

from django.db import transaction

from openmember.cases.interactions.services.contacts import locked, require_contact, update
from openmember.cases.interactions.types import Interaction
from openmember.cases.services.steps import name_of
from openmember.cases.types import CaseRefused, EditedMeanwhile
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor

LENGTH_AT_MOST = 20_000


def save_notes(
    *, interaction_id: int, body: str, expected_version: int, now: datetime, actor: Actor
) -> Interaction:
    """Save the notes that were read as `expected_version`, 0 at first.

    Shape:  where somebody else saved since, theirs stays and this text is kept beside it: `list_saved_notes`
            has both, and the page shows them for the writer to bring together.
    Errors: NotAllowed; CaseRefused `too_long`; EditedMeanwhile.
    """
    require_contact(actor)
    if len(body) > LENGTH_AT_MOST:
        raise CaseRefused("too_long", f"notes have {LENGTH_AT_MOST} characters at most")
    lost_to: int | None = None
    with transaction.atomic():
        found = locked(interaction_id)
        if found.notes == body:
            return found
        if found.notes_version != expected_version:
            # Outside the error, so that what was written stays when the caller hears of it.
            lost_to = found.notes_version
            _keep(found.id, expected_version + 1, False, body, now, actor)
        else:
            found = update(
                found, "contact.notes", actor, notes=body, notes_version=expected_version + 1
            )
            _keep(found.id, found.notes_version, True, body, now, actor)
    if lost_to is not None:
        raise EditedMeanwhile(lost_to)
    return found


def _keep(
    interaction_id: int, version: int, is_kept: bool, body: str, now: datetime, actor: Actor
) -> None:
    fetch_all(
        "INSERT INTO cases_notes_saved (interaction_id, version, is_kept, body, author, author_name, at)"
        " VALUES (%(id)s, %(version)s, %(kept)s, %(body)s, %(author)s, %(name)s, %(at)s)",
        {
            "id": interaction_id,
            "version": version,
            "kept": is_kept,
            "body": body,
            "author": str(actor),
            "name": name_of(actor),
            "at": now,
        },
    )
