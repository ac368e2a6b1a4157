"""How finance changes something: as the desk does everywhere, but with no account open."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from openmember.desk.access import DeskRequest
from openmember.desk.acts import DONE_KEPT, DONE_KEY, Act, ActForm, words_for
from openmember.desk.pages import show_desk
from openmember.ledger.closing.services import MonthRefused
from openmember.payments.reconciliation.services.working import WorkRefused
from openmember.ui.pages import go_to
from openmember.ui.types import Item


def perform(
    request: DeskRequest,
    form: ActForm,
    act: Act,
    *,
    consequences: Callable[[], Sequence[Item]],
    do: Callable[[], str],
    values: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Answer one request of an act's page: first what will happen, then, confirmed, what was done.

    What a service refuses is said on the form. A form sent again is told from a new one by its key; what
    keeps a thing from being done twice are the services themselves.
    """
    if request.POST.get("key") in request.session.get(DONE_KEY, []):
        messages.info(request, _("This was done already, and was not done again."))
        return _back(request, act)
    shown = {"form": form, "act": act, **(values or {})}
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        if "confirmed" not in request.POST:
            checked = {"checked": form, "act": act, "items": consequences()}
            return show_desk(request, "desk/finance/check.html", checked, place="finance")
        try:
            messages.success(request, do())
        except (MonthRefused, WorkRefused) as refused:
            form.add_error(None, words_for(refused))
        else:
            done = [*request.session.get(DONE_KEY, []), form.cleaned_data["key"]]
            request.session[DONE_KEY] = done[-DONE_KEPT:]
            return _back(request, act)
    return show_desk(request, act.template, shown, place="finance")


def _back(request: DeskRequest, act: Act) -> HttpResponse:
    name, *args = act.back
    return go_to(request, str(name), *args)
