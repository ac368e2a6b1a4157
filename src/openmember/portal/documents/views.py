"""A member's documents: the list, and each of them on screen and as a file."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from openmember.billing.overview import get_overview
from openmember.billing.statements import documents as made
from openmember.billing.statements import queries as statements
from openmember.billing.statements.types import Statement, statement_id
from openmember.grievances.services.delivering import note_opened
from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference
from openmember.letters import printing, services
from openmember.letters import queries as letters
from openmember.letters.types import Form, Letter, letter_id
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.documents import files, listing
from openmember.portal.documents.forms import FindDocuments
from openmember.portal.documents.statement import shown
from openmember.portal.paging import SIZE, read_page
from openmember.ui.pages import show


@require_safe
@for_holder
def documents(request: MemberRequest) -> HttpResponse:
    """List statements and letters, newest first."""
    form = FindDocuments(request.GET, this_year=request.today.year)
    wanted = form.cleaned_data if form.is_valid() else {}
    kind, year = wanted.get("kind", ""), wanted.get("year", "")
    found, page = read_page(
        request,
        lambda offset: listing.find_documents(
            request, kind=kind, year=int(year) if year else None, offset=offset, limit=SIZE
        ),
    )
    context = {
        "form": form if form.is_valid() else FindDocuments(this_year=request.today.year),
        "columns": listing.columns(),
        "rows": [listing.row(document) for document in found.shown],
        "found": found,
        "page": page,
        "is_narrowed": bool(kind or year),
        "consent": letters.get_consent(account_number=request.account.number),
    }
    return show(request, "portal/documents/documents.html", context, part="list")


@require_safe
@for_holder
def statement(request: MemberRequest, reference: str) -> HttpResponse:
    """Show one statement as a letter, with the way to pay what is due now."""
    found = _statement(request, reference, "page")
    context = {
        "statement": found,
        "shown": shown(found),
        "overview": get_overview(number=request.account.number, today=request.today),
        "files": files.list_files("portal:statement_file", reference),
        "braille_note": files.braille_note(),
    }
    return show(request, "portal/documents/statement.html", context)


@require_safe
@for_holder
def statement_file(request: MemberRequest, reference: str, name: str) -> HttpResponse:
    """Send a statement in one of its forms, as it was sent then."""
    found = _statement(request, reference, name)
    return files.send(
        request,
        name,
        lambda form: made.make_form(found, form=form),
        stem=f"statement-{found.month:%Y-%m}",
    )


@require_safe
@for_holder
def letter(request: MemberRequest, reference: str) -> HttpResponse:
    """Show one letter."""
    found = _letter(request, reference, "page")
    context = {
        "letter": found,
        "sheet": services.read_sheet(numbers=request.account.numbers, letter_id=found.id),
        "files": files.list_files("portal:letter_file", reference),
        "braille_note": files.braille_note(),
    }
    return show(request, "portal/documents/letter.html", context)


@require_safe
@for_holder
def letter_file(request: MemberRequest, reference: str, name: str) -> HttpResponse:
    """Send a letter in one of its forms."""
    found = _letter(request, reference, name)
    sheet, layout = services.open_sheet(numbers=request.account.numbers, letter_id=found.id)

    def make(form: Form) -> bytes:
        return printing.make_form(sheet, form=form, layout=layout, on=found.dated_on)

    return files.send(request, name, make, stem=f"letter-{found.dated_on}")


def _statement(request: MemberRequest, reference: str, form: str) -> Statement:
    try:
        found = statements.get_statement(
            numbers=request.account.numbers,
            holder_id=request.member.id,
            statement_id=statement_id(reference),
        )
    except (BadReference, statements.UnknownStatement) as unknown:
        raise Http404 from unknown
    audit.record(
        actor=str(request.actor), action="statement.read", account_number=found.account_number,
        member_id=request.member.id, statement=found.reference, form=form,
    )  # fmt: skip
    return found


def _letter(request: MemberRequest, reference: str, form: str) -> Letter:
    try:
        found = letters.get_letter(
            numbers=request.account.numbers,
            letter_id=letter_id(reference),
            member_id=request.member.id,
        )
    except (BadReference, letters.UnknownLetter) as unknown:
        raise Http404 from unknown
    audit.record(
        actor=str(request.actor), action="letter.read", account_number=found.account_number,
        member_id=request.member.id, letter=found.reference, form=form,
    )  # fmt: skip
    # A letter of a dispute that is opened has arrived.
    note_opened(letter=found, now=request.now, actor=request.actor)
    return found
