"""Filing page by page: what was answered is kept with its files until it is sent or dropped."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from openmember.cases.documents.services import take_over
from openmember.cases.services import notes
from openmember.cases.services import steps as case_steps
from openmember.cases.types import CaseRefused, Channel
from openmember.documents import services as files
from openmember.documents.naming import shown_name
from openmember.documents.types import ALL, FileRefused, Refusal, Upload
from openmember.grievances.access import require_dispute_for
from openmember.grievances.answers import Answers, answers_to
from openmember.grievances.drafts import Draft, find_draft
from openmember.grievances.queries import get_dispute
from openmember.grievances.services.filing import file_dispute, preview
from openmember.grievances.types import Dispute, NewDispute, Speed, Step
from openmember.kernel import throttle
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor

FILES_AT_MOST = 20
FILES_A_DAY = 60
DISPUTES_A_DAY = 20
DAY_SECONDS = 86_400
# Who is refused today comes again tomorrow, at any hour of it.
WAITS = timedelta(days=2)


@transaction.atomic
def keep(*, member_id: int, answers: Answers, now: datetime, actor: Actor) -> Draft:
    """Keep what the actor answered so far, beginning a draft where there is none. Errors: NotAllowed."""
    require_dispute_for(member_id=member_id, at=now, actor=actor)
    fetch_all(
        "INSERT INTO grievances_draft AS d (user_id, member_id, answers, key, started_at, saved_at)"
        " VALUES (%(user)s, %(member)s, %(answers)s, %(key)s, %(now)s, %(now)s)"
        " ON CONFLICT (user_id) DO UPDATE SET member_id = excluded.member_id,"
        " answers = excluded.answers, saved_at = greatest(d.saved_at, excluded.saved_at)",
        {
            "user": actor.id,
            "member": member_id,
            "answers": json.dumps(answers_to(answers)),
            "key": uuid4().hex,
            "now": now,
        },
    )
    found = find_draft(actor=actor)
    assert found is not None
    return found


def add_files(
    *, draft: Draft, uploads: Sequence[Upload], actor: Actor
) -> tuple[tuple[str, Refusal], ...]:
    """Keep files with a draft, each for itself; return those that were refused, with why."""
    refused: list[tuple[str, Refusal]] = []
    for upload in uploads:
        name = shown_name(upload.name or "")
        try:
            with suppress(_SameAgain):
                _add_file(draft, upload, name, actor)
        except FileRefused as no:
            refused.append((name, no.refusal))
    return tuple(refused)


@transaction.atomic
def remove_file(*, draft: Draft, file_id: int, actor: Actor) -> None:
    """Take a file from a draft. Again does nothing. Errors: CaseRefused `sent_already`."""
    _lock(draft, actor)
    row = fetch_one(
        "DELETE FROM grievances_draft_file WHERE id = %(file)s AND draft_id = %(id)s RETURNING stored_as",
        {"file": file_id, "id": draft.id},
    )
    if row:
        files.take_back(stored_as=row.stored_as)


@transaction.atomic
def discard(*, draft: Draft, actor: Actor) -> None:
    """Drop a draft with its files. Errors: CaseRefused `sent_already`."""
    _lock(draft, actor)
    for stored_as, _name in _stored(draft):
        files.take_back(stored_as=stored_as)
    _drop(draft)
    audit.record(
        actor=str(actor), action="dispute.draft_discard", member_id=draft.member_id,
        draft_id=draft.id,
    )  # fmt: skip


@transaction.atomic
def send(
    *, draft: Draft, new: NewDispute, wish: str, by_clinician: bool, now: datetime, actor: Actor
) -> Dispute:
    """File what the answers came to, with the draft's files.

    Shape:  `wish` are the words with which a fast decision is asked for: a note of the case, which alarms who
            works it. A clinician's word is in `new` as its speed; the member's own is for the desk to decide.
    Errors: NotAllowed; BadCourse; CaseRefused `sent_already`, `many_today`.
    """
    _lock(draft, actor)
    # Nobody else's filings count against a member, and none against the last day of a right.
    if not throttle.is_allowed(
        scope="grievances.filed", value=str(actor), limit=DISPUTES_A_DAY, window_seconds=DAY_SECONDS
    ) and not _is_pressing(new, now):
        raise CaseRefused("many_today", "as many as one day takes")
    asked = replace(new, wish="" if by_clinician else wish)
    dispute = file_dispute(new=asked, channel=Channel.PORTAL, received_at=now, now=now, actor=actor)
    case = case_steps.again(dispute.case_id)
    take_over(case=case, stored=_stored(draft), now=now, actor=actor)
    if wish:
        case_steps.append(case, "expedite_asked", at=now, actor=actor, by_clinician=by_clinician)
        notes.add_own_note(case=case, body=wish, now=now, actor=actor)
    _drop(draft)
    return get_dispute(dispute_id=dispute.id)


def _is_pressing(new: NewDispute, now: datetime) -> bool:
    """Whether it cannot wait for another day: a right ends by then, or a clinician asks for speed."""
    filing = [one for one in preview(new=new, received_at=now).clocks if one.step is Step.FILE]
    ends = [one.due_at for one in filing if one.due_at is not None]
    return new.speed is Speed.EXPEDITED or any(now < at <= now + WAITS for at in ends)


def _lock(draft: Draft, actor: Actor) -> Any:
    row = fetch_one(
        "SELECT id FROM grievances_draft WHERE id = %(id)s AND user_id = %(user)s FOR UPDATE",
        {"id": draft.id, "user": actor.id},
    )
    if row is None:
        raise CaseRefused("sent_already", "this was sent already")
    return row


def _stored(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Return the files of a draft, which is left without them."""
    rows = fetch_all(
        "DELETE FROM grievances_draft_file WHERE draft_id = %(id)s RETURNING id, stored_as, name",
        {"id": draft.id},
    )
    return tuple((row.stored_as, row.name) for row in sorted(rows))


def _drop(draft: Draft) -> None:
    fetch_all("DELETE FROM grievances_draft WHERE id = %(id)s", {"id": draft.id})


def _add_file(draft: Draft, upload: Upload, name: str, actor: Actor) -> None:
    if not throttle.is_allowed(
        scope="cases.document", value=str(draft.member_id), limit=FILES_A_DAY,
        window_seconds=DAY_SECONDS,
    ):  # fmt: skip
        raise FileRefused(Refusal.TOO_MANY)
    with files.receiving(upload=upload, types=ALL) as kept:
        _lock(draft, actor)
        held = fetch_one(
            "SELECT count(*) AS count, bool_or(f.sha256 = %(sha256)s AND d.name = %(name)s) AS same"
            " FROM grievances_draft_file d JOIN documents_file f USING (stored_as) WHERE d.draft_id = %(id)s",
            {"id": draft.id, "sha256": kept.sha256, "name": name},
        )
        if held.count >= FILES_AT_MOST:
            raise FileRefused(Refusal.TOO_MANY)
        if held.same:
            raise _SameAgain
        fetch_all(
            "INSERT INTO grievances_draft_file (draft_id, stored_as, name)"
            " VALUES (%(id)s, %(stored)s, %(name)s)",
            {"id": draft.id, "stored": kept.stored_as, "name": name},
        )


class _SameAgain(Exception):
    """The draft holds this very file already, as when a form is sent twice."""
