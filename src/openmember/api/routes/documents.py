"""Statements and letters, in every form, and how they are to be read."""

from collections.abc import Callable
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import get_language
from ninja import Query, Router

from openmember.api.caller import Caller, OAuth
from openmember.api.paging import MOST, SIZE, cut, find
from openmember.api.problems import Problem
from openmember.api.requests import ApiRequest, Cursor
from openmember.api.shapes import documents as shapes
from openmember.billing.statements import documents as made
from openmember.billing.statements import queries as statements
from openmember.billing.statements.types import Statement, statement_id
from openmember.kernel.audit import services as audit
from openmember.letters import printing, services
from openmember.letters import queries as letters
from openmember.letters.rendering import braille
from openmember.letters.types import Form, Letter, letter_id
from openmember.members.connections.types import Grant

router = Router(tags=["Statements and letters"])
READ = OAuth(Grant.DOCUMENTS_READ)
FORMS = (Form.PDF, Form.LARGE_PRINT, Form.TEXT, Form.BRAILLE)
FILE = {
    "responses": {
        200: {
            "content": {
                form.media_type: {"schema": {"type": "string", "format": "binary"}}
                for form in FORMS
            }
        }
    }
}
Year = Annotated[int | None, Query(ge=2000, le=2100)]
Limit = Annotated[int, Query(ge=1, le=MOST)]


@router.get("/statements", response=shapes.StatementPage, auth=READ)
def list_statements(
    request: ApiRequest, year: Year = None, cursor: Cursor = None, limit: Limit = SIZE
) -> shapes.StatementPage:
    """List statements

    The newest first.
    """
    caller, name = request.auth, f"statements:{year or ''}"
    before = find(
        cursor, name=name, caller=caller, get=lambda identity: _statement(caller, identity)
    )
    rows = statements.list_statements(
        numbers=caller.account.numbers,
        holder_id=caller.member.id,
        year=year,
        before=before,
        limit=limit + 1,
    )
    shown, following = cut(rows, limit=limit, name=name, caller=caller, identity=lambda one: one.id)
    listed = [shapes.statement_shape(one, _files("statements", one.reference)) for one in shown]
    return shapes.StatementPage(statements=listed, next_cursor=following)


@router.get("/statements/{reference}", response=shapes.StatementShape, auth=READ)
def get_statement(request: ApiRequest, reference: str) -> shapes.StatementShape:
    """One statement"""
    found = _statement(request.auth, statement_id(reference))
    _note(request.auth, "statement", found.account_number, found.reference, "json")
    return shapes.statement_shape(found, _files("statements", found.reference))


@router.get("/statements/{reference}/files/{form}", auth=READ, openapi_extra=FILE)
def get_statement_file(request: ApiRequest, reference: str, form: shapes.FileForm) -> HttpResponse:
    """A statement as a file

    With the words and the look it was made with.
    """
    found = _statement(request.auth, statement_id(reference))
    _note(request.auth, "statement", found.account_number, found.reference, form)
    return _send(
        form, lambda wanted: made.make_form(found, form=wanted), f"statement-{found.month:%Y-%m}"
    )


@router.get("/letters", response=shapes.LetterPage, auth=READ)
def list_letters(
    request: ApiRequest, year: Year = None, cursor: Cursor = None, limit: Limit = SIZE
) -> shapes.LetterPage:
    """List letters

    Those to the member themselves, the newest first.
    """
    caller, name = request.auth, f"letters:{year or ''}"
    before = find(cursor, name=name, caller=caller, get=lambda identity: _letter(caller, identity))
    rows = letters.list_letters(
        numbers=caller.account.numbers,
        member_id=caller.member.id,
        year=year,
        before=before,
        limit=limit + 1,
    )
    shown, following = cut(rows, limit=limit, name=name, caller=caller, identity=lambda one: one.id)
    listed = [
        shapes.LetterShape(**shapes.letter_shape(one, _files("letters", one.reference)))
        for one in shown
    ]
    return shapes.LetterPage(letters=listed, next_cursor=following)


@router.get("/letters/{reference}", response=shapes.LetterDetail, auth=READ)
def get_letter(request: ApiRequest, reference: str) -> shapes.LetterDetail:
    """One letter

    Its words, as it was sent.
    """
    caller = request.auth
    found = _letter(caller, letter_id(reference))
    _note(caller, "letter", found.account_number, found.reference, "json")
    sheet = services.read_sheet(numbers=caller.account.numbers, letter_id=found.id)
    facts = shapes.letter_shape(found, _files("letters", found.reference))
    return shapes.LetterDetail(
        **{**facts, "subject": sheet.subject},
        parts=[
            shapes.PartShape(kind=one.kind, text=one.text, items=list(one.items))
            for one in sheet.parts
        ],
        help=list(sheet.help),
    )


@router.get("/letters/{reference}/files/{form}", auth=READ, openapi_extra=FILE)
def get_letter_file(request: ApiRequest, reference: str, form: shapes.FileForm) -> HttpResponse:
    """A letter as a file"""
    caller = request.auth
    found = _letter(caller, letter_id(reference))
    _note(caller, "letter", found.account_number, found.reference, form)
    sheet, layout = services.open_sheet(numbers=caller.account.numbers, letter_id=found.id)

    def make(wanted: Form) -> bytes:
        return printing.make_form(sheet, form=wanted, layout=layout, on=found.dated_on)

    return _send(form, make, f"letter-{found.dated_on}")


def language() -> str:
    """Return the language now in force."""
    return get_language() or "en"


def _statement(caller: Caller, identity: int) -> Statement:
    return statements.get_statement(
        numbers=caller.account.numbers, holder_id=caller.member.id, statement_id=identity
    )


def _letter(caller: Caller, identity: int) -> Letter:
    return letters.get_letter(
        numbers=caller.account.numbers, letter_id=identity, member_id=caller.member.id
    )


def _files(kind: str, reference: str) -> list[shapes.FileShape]:
    return [
        shapes.FileShape(
            form=form.value,  # type: ignore[arg-type]  # FORMS holds the four of FileForm
            media_type=form.media_type,
            path=f"/api/v1/{kind}/{reference}/files/{form.value}",
            available=form is not Form.BRAILLE or braille.is_available(),
        )
        for form in FORMS
    ]


def _send(form: str, make: Callable[[Form], bytes], stem: str) -> HttpResponse:
    wanted = Form(form)
    try:
        content = make(wanted)
    except braille.BrailleUnavailable as unavailable:
        raise Problem("not-acceptable") from unavailable
    name = f"{stem}-{wanted.value.replace('_', '-')}.{wanted.ending}"
    return HttpResponse(
        content,
        content_type=wanted.media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _note(caller: Caller, kind: str, number: str, reference: str, form: str) -> None:
    audit.record(
        actor=str(caller.actor), action=f"{kind}.read", account_number=number,
        member_id=caller.member.id, client=caller.client_id, form=form, **{kind: reference},
    )  # fmt: skip
