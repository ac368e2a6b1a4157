"""The letters of a dispute at the desk: one on the screen, its files, and what became of it."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from openmember.cases.queries import may_work
from openmember.cases.types import Case
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.bills.forms import DayInput
from openmember.desk.cases.forms import line
from openmember.desk.disputes.mail import row_of
from openmember.desk.disputes.views import dispute_of
from openmember.desk.pages import show_desk
from openmember.grievances.letters.queries import (
    UnknownDisputeLetter,
    get_letter,
    list_to_mail,
    open_letter,
)
from openmember.grievances.letters.types import DisputeLetter
from openmember.grievances.services import delivering
from openmember.grievances.types import BadCourse, Dispute
from openmember.grievances.words import refusal
from openmember.kernel.audit import services as audit
from openmember.letters import printing
from openmember.letters.rendering import braille
from openmember.letters.types import Form
from openmember.members.types import Scope
from openmember.ui.pages import go_to

FILES = {
    "letter.pdf": (Form.PDF, gettext_lazy("PDF")),
    "large-print.pdf": (Form.LARGE_PRINT, gettext_lazy("PDF in large print")),
    "letter.txt": (Form.TEXT, gettext_lazy("Plain text")),
    "letter.brf": (Form.BRAILLE, gettext_lazy("Braille (BRF)")),
}


class ArrivedForm(forms.Form):
    """When a letter reached the member, and what shows it."""

    on = forms.DateField(label=gettext_lazy("It arrived on"), widget=DayInput())
    how = line(gettext_lazy("What shows it, such as a receipt and its number"), length=200)


class ReturnedForm(forms.Form):
    """When a letter came back, and why."""

    on = forms.DateField(label=gettext_lazy("It came back on"), widget=DayInput())
    how = line(gettext_lazy("What the envelope says"), required=False, length=200)


_FORMS = {"arrived": ArrivedForm, "returned": ReturnedForm}


@require_safe
@desk_page(Scope.WORK_CASES)
def to_mail(request: DeskRequest) -> HttpResponse:
    """List the letters that somebody has to print and mail, the oldest first."""
    found = list_to_mail(actor=request.actor)
    audit.record(actor=str(request.actor), action="dispute.letters_to_mail", letters=len(found))
    values = {"letters": found}
    return show_desk(request, "desk/disputes/to_mail.html", values, place="disputes")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Scope.WORK_CASES)
def letter(request: DeskRequest, reference: str, letter: str) -> HttpResponse:
    """Show a letter of a dispute, or note what became of it."""
    case, dispute, found = _letter(request, reference, letter, "page")
    act = request.POST.get("act", "")
    form = _FORMS[act](request.POST) if act in _FORMS else None
    if form is not None and form.is_valid():
        today = timezone.localdate(timezone=ZoneInfo(dispute.standing.zone))
        if form.cleaned_data["on"] > today:
            form.add_error("on", _("Choose today or an earlier day."))
    if request.method == "POST" and (form is None or form.is_valid()):
        return _note(request, dispute, found, act, form)
    return _show(request, case, dispute, found, {act: form} if form is not None else {})


@require_safe
@desk_page(Scope.WORK_CASES)
def letter_file(request: DeskRequest, reference: str, letter: str, name: str) -> HttpResponse:
    """Hand out a letter in one of its forms, to print it again."""
    if name not in FILES:
        raise Http404
    _case, _dispute, found = _letter(request, reference, letter, name)
    form = FILES[name][0]
    sheet, layout = open_letter(found=found)
    try:
        content = printing.make_form(sheet, form=form, layout=layout, on=found.dated_on)
    except braille.BrailleUnavailable:
        messages.error(request, _("Braille cannot be made on this machine."))
        return go_to(request, "desk:dispute_letter", reference, letter)
    response = HttpResponse(content, content_type=form.media_type)
    response["Content-Disposition"] = f'attachment; filename="{reference}-{letter}-{name}"'
    return response


def _letter(
    request: DeskRequest, reference: str, letter: str, form: str
) -> tuple[Case, Dispute, DisputeLetter]:
    case, dispute = dispute_of(request, reference)
    try:
        found = get_letter(dispute=dispute, reference=letter)
    except UnknownDisputeLetter as unknown:
        raise Http404 from unknown
    audit.record(
        actor=str(request.actor), action="dispute.letter", account_number=case.account_number,
        member_id=case.member_id, case_id=case.id, letter=found.id, form=form,
    )  # fmt: skip
    return case, dispute, found


def _note(
    request: DeskRequest, dispute: Dispute, found: DisputeLetter, act: str, form: Any
) -> HttpResponse:
    about: dict[str, Any] = {
        "dispute": dispute, "letter": found, "now": timezone.now(), "actor": request.actor,
    }  # fmt: skip
    try:
        if act == "arrived":
            delivering.note_carrier(**form.cleaned_data, **about)
            messages.success(
                request, _("The delivery is noted. What counts from it is dated anew.")
            )
        elif act == "returned":
            delivering.note_returned(**form.cleaned_data, **about)
            messages.success(
                request, _("It is noted, and its owner is told. Find the right address.")
            )
        elif act == "mailed":
            delivering.note_mailed(**about)
            messages.success(request, _("It is noted that it was mailed."))
    except BadCourse as refused:
        messages.error(request, refusal(refused))
    return go_to(request, "desk:dispute_letter", dispute.case_number, found.reference)


def _show(
    request: DeskRequest, case: Case, dispute: Dispute, found: DisputeLetter, bound: dict[str, Any]
) -> HttpResponse:
    is_worker = may_work(case=case, actor=request.actor)
    blank = {name: form(auto_id=f"id_{name}_%s") for name, form in _FORMS.items()}
    values = {
        "case": case,
        "row": row_of(found, dispute),
        "sheet": open_letter(found=found)[0],
        "files": [
            (label, reverse("desk:dispute_letter_file", args=[case.number, found.reference, name]))
            for name, (form, label) in FILES.items()
            if form is not Form.BRAILLE or braille.is_available()
        ],
        "forms": {**blank, **bound} if is_worker else {},
        "opened": next(iter(bound), ""),
        "may_work": is_worker,
    }
    return show_desk(request, "desk/disputes/letter.html", values, place="disputes")
