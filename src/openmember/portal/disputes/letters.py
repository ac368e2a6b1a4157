"""The letters of a dispute: in a list on its page, on the screen, and in every form as a file."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from openmember.grievances.letters.queries import (
    UnknownDisputeLetter,
    get_letter,
    open_letter,
)
from openmember.grievances.letters.types import DisputeLetter
from openmember.grievances.services.delivering import note_read
from openmember.grievances.types import Dispute
from openmember.kernel.audit import services as audit
from openmember.letters import printing
from openmember.letters.types import Form
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.disputes.views import dispute_of
from openmember.portal.documents.files import FORMS, LABELS, File, braille_note, is_possible, send
from openmember.ui.pages import show


@require_safe
@for_member
def letter(request: PersonRequest, reference: str, letter: str) -> HttpResponse:
    """Show one letter of a dispute. That the member opened it shows that it arrived."""
    dispute, found = _letter(request, reference, letter, "page")
    sheet, _layout = open_letter(found=found)
    note_read(dispute=dispute, letter=found, now=request.now, actor=request.actor)
    values = {
        "sheet": sheet,
        "number": dispute.case_number,
        "files": [
            File(
                str(label),
                reverse("portal:dispute_letter_file", args=[reference, letter, name])
                if is_possible(name)
                else "",
            )
            for name, label in LABELS.items()
        ],
        "braille_note": braille_note(),
    }
    return show(request, "portal/disputes/letter.html", values)


@require_safe
@for_member
def letter_file(request: PersonRequest, reference: str, letter: str, name: str) -> HttpResponse:
    """Send a letter of a dispute in one of its forms."""
    if name not in FORMS:
        raise Http404
    dispute, found = _letter(request, reference, letter, name)
    sheet, layout = open_letter(found=found)
    note_read(dispute=dispute, letter=found, now=request.now, actor=request.actor)

    def make(form: Form) -> bytes:
        return printing.make_form(sheet, form=form, layout=layout, on=found.dated_on)

    return send(request, name, make, stem=f"letter-{found.dated_on}")


def _letter(
    request: PersonRequest, reference: str, letter: str, form: str
) -> tuple[Dispute, DisputeLetter]:
    """Return a letter to the member of a dispute, which the person may read; the read is audited."""
    case, dispute = dispute_of(request, reference)
    try:
        found = get_letter(dispute=dispute, reference=letter, only_members=True)
    except UnknownDisputeLetter as unknown:
        raise Http404 from unknown
    audit.record(
        actor=str(request.actor), action="dispute.letter", account_number=case.account_number,
        member_id=dispute.member_id, case_id=case.id, letter=found.id, form=form,
    )  # fmt: skip
    return dispute, found
