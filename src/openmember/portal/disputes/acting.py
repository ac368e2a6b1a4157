"""What a member does with a dispute: adds to it, takes it further, takes it back, reads its files."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.cases.documents.services import UnknownDocument, add_documents, read_document
from openmember.cases.documents.types import document_id
from openmember.cases.types import CaseRefused
from openmember.cases.words import refusal
from openmember.documents.sending import send_file
from openmember.documents.types import NotReadable
from openmember.grievances.handoffs.services.sharing import note_answer
from openmember.grievances.services import working
from openmember.grievances.types import BadCourse
from openmember.grievances.words import refusal as dispute_refusal
from openmember.kernel.references import BadReference
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.cases.asking import say_refused
from openmember.portal.cases.forms import AddForm
from openmember.portal.disputes.forms import GoOnForm, WithdrawForm
from openmember.portal.disputes.going_on import find_right
from openmember.portal.disputes.views import dispute_of, may_withdraw, show_dispute
from openmember.safety.forms import stopping
from openmember.threads.services.sending import write
from openmember.ui.pages import go_to, show


@require_POST
@for_member
def add(request: PersonRequest, reference: str) -> HttpResponse:
    """Take words and files about a dispute."""
    case, found = dispute_of(request, reference)
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_dispute(request, case, found, add=form)
    note = form.cleaned_data["note"]
    try:
        if note.strip():
            flags = [one.code for one in stopping(note)]
            write(
                case=case, body=note, now=request.now, actor=request.actor, flags=flags,
                sent_as=form.cleaned_data["key"],
            )  # fmt: skip
        added = add_documents(
            case=case, uploads=form.chosen_files, is_visible=True, now=request.now,
            actor=request.actor,
        )  # fmt: skip
        say_refused(request, added.refused)
        if note.strip() or added.kept:
            note_answer(dispute=found, how="portal", now=request.now, actor=request.actor)
            working.member_answered(dispute=found, now=request.now, actor=request.actor)
            messages.success(request, _("We have it. Thank you."))
    except CaseRefused as refused:
        messages.error(request, refusal(refused.name, str(refused)))
    return go_to(request, "portal:dispute", case.number)


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def go_on(request: PersonRequest, reference: str, level: str) -> HttpResponse:
    """Ask once whether it goes to the next level, then take it there."""
    case, found = dispute_of(request, reference)
    right = find_right(found, level, now=request.now)
    if right is None:
        messages.info(request, _("This cannot be asked now. Here is where it stands."))
        return go_to(request, "portal:dispute", case.number)
    posted = request.POST if request.method == "POST" else None
    form = GoOnForm(posted, is_late=right.is_over, stake=right.stake)
    # A form that asks nothing has nothing that could be wrong.
    if request.method != "POST" or (form.fields and not form.is_valid()):
        values = {"case": case, "right": right, "form": form if form.fields else None}
        return show(request, "portal/disputes/go_on.html", values)
    try:
        working.escalate(
            dispute=found, level=right.level, now=request.now, actor=request.actor, **form.said()
        )
        messages.success(request, _("Done. What happens now stands below."))
    except (BadCourse, CaseRefused) as refused:
        # Another window did it meanwhile, or it takes the member's own word.
        messages.info(
            request, _refused(refused, _("This cannot be asked now. Here is where it stands."))
        )
    return go_to(request, "portal:dispute", case.number)


@require_http_methods(["GET", "HEAD", "POST"])
@for_member
def withdraw(request: PersonRequest, reference: str) -> HttpResponse:
    """Ask why and whether for certain, then take it back."""
    case, found = dispute_of(request, reference)
    form = WithdrawForm(request.POST or None)
    if not may_withdraw(found):
        messages.info(request, _("This cannot be taken back now. Here is where it stands."))
        return go_to(request, "portal:dispute", case.number)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"].strip() or _("No reason given")
        try:
            working.withdraw(dispute=found, why=why, now=request.now, actor=request.actor)
            messages.success(request, _("You took it back. Nobody decides about it any more."))
        except BadCourse as refused:
            said = _refused(refused, _("This cannot be taken back now. Here is where it stands."))
            messages.info(request, said)
        return go_to(request, "portal:dispute", case.number)
    return show(request, "portal/disputes/withdraw.html", {"case": case, "form": form})


def _refused(refused: BadCourse | CaseRefused, otherwise: str) -> str:
    if isinstance(refused, BadCourse) and refused.name == "no_appointment":
        return dispute_refusal(refused)
    return otherwise


@require_safe
@for_member
def document(request: PersonRequest, reference: str, document: str) -> HttpResponse:
    """Send a file of a dispute."""
    case, _found = dispute_of(request, reference)
    try:
        with read_document(case=case, document_id=document_id(document), actor=request.actor) as (
            known,
            source,
        ):
            return send_file(name=known.name, media_type=known.media_type, source=source)
    except NotReadable:
        messages.error(request, _("This file is still being checked for viruses. Try again later."))
        return go_to(request, "portal:dispute", case.number)
    except (BadReference, UnknownDocument) as unknown:
        raise Http404 from unknown
