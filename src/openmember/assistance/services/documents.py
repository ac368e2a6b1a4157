"""Documents sent with an application: several at once, each taken or refused for itself."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone

from openmember.assistance import models, queries
from openmember.assistance.services.applying import recheck_after
from openmember.assistance.services.steps import (
    ApplicationRefused,
    again,
    locked,
    note_it,
    require_applicant,
    require_staff,
)
from openmember.assistance.types import Application, Document, Missing, Proof, Status
from openmember.documents import services as files
from openmember.documents.naming import shown_name
from openmember.documents.types import FileRefused, Refusal, Upload
from openmember.kernel import throttle
from openmember.members.types import Actor

FILES_A_DAY = 60


@dataclass(frozen=True, slots=True)
class Added:
    """What became of several files: the application as it is now, and the names that were refused, with why."""

    application: Application
    kept: tuple[str, ...]
    refused: tuple[tuple[str, Refusal], ...]


def add_documents(
    *,
    application: Application,
    uploads: Sequence[Upload],
    proof: Proof,
    on: date,
    actor: Actor,
) -> Added:
    """Keep the files that can be taken. The same file twice is one. Errors: NotAllowed; ApplicationRefused."""
    require_applicant(actor)
    if application.status is not Status.DRAFT and not application.is_pending:
        raise ApplicationRefused("this application is finished")
    kept: list[str] = []
    refused: list[tuple[str, Refusal]] = []
    for upload in uploads:
        name = shown_name(upload.name or "")
        try:
            _add(application, upload, name, proof, actor)
            kept.append(name)
        except FileRefused as no:
            refused.append((name, no.refusal))
    if kept:
        application = recheck_after(application=application, on=on, actor=actor)
    return Added(application, tuple(kept), tuple(refused))


def remove_document(*, application: Application, document: Document, actor: Actor) -> Application:
    """Take a file back before the application is sent. Its row stays. Errors: ApplicationRefused."""
    require_applicant(actor)
    with locked(application) as row:
        if Status(row.status) is not Status.DRAFT:
            raise ApplicationRefused("what was sent with an application stays with it")
        models.Document.objects.filter(id=document.id, application_id=row.id).update(
            removed_at=timezone.now()
        )
        note_it(row, "assistance.document_remove", actor, document_id=document.id)
        files.take_back(stored_as=document.stored_as)
    return again(row)


@contextmanager
def read_document(
    *, application: Application, document_id: int, actor: Actor
) -> Iterator[tuple[Document, BinaryIO]]:
    """Open a document of the application, audited. Errors: NotAllowed; UnknownDocument; NotReadable."""
    if actor.kind != "member":
        require_staff(actor)
    document = queries.get_document(application=application, document_id=document_id)
    row = models.Application(id=application.id, account_number=application.account_number)
    note_it(row, "assistance.document_read", actor, document_id=document.id)
    with files.reading(stored_as=document.stored_as) as source:
        yield document, source


def _count(row: models.Application, actor: Actor) -> None:
    """Bound what one account can send in a day, however many applications it begins."""
    if actor.kind == "member" and not throttle.is_allowed(
        scope="assistance.document",
        value=row.account_number,
        limit=FILES_A_DAY,
        window_seconds=86_400,
    ):
        raise FileRefused(Refusal.TOO_MANY)


def _add(application: Application, upload: Upload, name: str, proof: Proof, actor: Actor) -> None:
    try:
        with files.receiving(upload=upload) as file, locked(application) as row:
            _count(row, actor)
            known = models.Document.objects.filter(application_id=row.id, removed_at=None)
            if known.filter(sha256=file.sha256).exists():
                raise _SameAgain
            if known.count() >= settings.DOCUMENTS_AT_MOST:
                raise FileRefused(Refusal.TOO_MANY)
            added = models.Document.objects.create(
                application_id=row.id, name=name, proof=proof, media_type=file.media_type,
                size_bytes=file.size_bytes, sha256=file.sha256, stored_as=file.stored_as,
                added_by=str(actor),
            )  # fmt: skip
            # A new copy is what was asked for, until somebody has looked at it.
            row.missing = [one for one in row.missing if one != Missing.READABLE_COPY]
            note_it(row, "assistance.document_add", actor, document_id=added.id, sha256=file.sha256)
    except _SameAgain:
        return


class _SameAgain(Exception):
    """The application holds this very file already."""
