"""Numbered receipts on paper: handed out in advance, and those that were spoiled."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openmember.desk.acts import words_for
from openmember.desk.cashier.drawers import show_drawers
from openmember.desk.cashier.forms import PaperForm, SpoilForm
from openmember.desk.cashier.working import CounterRequest, counter_page
from openmember.members.types import Scope
from openmember.payments.drawers.services.paper import issue_range, spoil_receipt
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.ui.pages import go_to


@require_POST
@counter_page(Scope.SUPERVISE_DRAWERS)
def issue(request: CounterRequest) -> HttpResponse:
    """Hand a range out to this facility."""
    here, form = request.counter, PaperForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Enter the first and the last number of the pad."))
        return go_to(request, "desk:counter_drawers")
    try:
        issue_range(
            facility=here.facility, first=form.cleaned_data["first"],
            last=form.cleaned_data["last"], on=here.today, actor=request.actor,
        )  # fmt: skip
    except CounterRefused as refused:
        messages.error(request, words_for(refused))
    else:
        messages.success(
            request, _("The pad is issued to %(place)s.") % {"place": here.facility.name}
        )
    return go_to(request, "desk:counter_drawers")


@require_POST
@counter_page(Scope.SUPERVISE_DRAWERS)
def spoil(request: CounterRequest) -> HttpResponse:
    """Note a number on which nothing was taken."""
    here, form = request.counter, SpoilForm(request.POST)
    if not form.is_valid():
        return show_drawers(request, form)
    try:
        spoil_receipt(
            facility=here.facility, number=form.cleaned_data["number"],
            reason=form.cleaned_data["reason"], actor=request.actor,
        )  # fmt: skip
    except CounterRefused as refused:
        messages.error(request, words_for(refused))
    else:
        messages.success(request, _("The number is spoiled, and can be keyed no more."))
    return go_to(request, "desk:counter_drawers")
