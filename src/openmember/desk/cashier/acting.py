"""How the counter changes something with no account open: what will happen first, then what was done."""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from openmember.desk.access import DeskRequest
from openmember.desk.acts import DONE_KEPT, DONE_KEY, Act, ActForm, words_for
from openmember.desk.pages import show_desk
from openmember.payments.drawers.services.refusals import CounterRefused
from openmember.ui.pages import go_to
from openmember.ui.types import Item


def perform(
    request: DeskRequest,
    form: ActForm,
    act: Act,
    *,
    consequences: Callable[[], Sequence[Item]],
    do: Callable[[], tuple[object, ...]],
    values: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Answer one request of an act's page; `do` returns the page that follows, a URL name and its arguments.

    A form sent again is told from a new one by its key; what keeps a thing from being done twice are the
    services themselves.
    """
    if request.POST.get("key") in request.session.get(DONE_KEY, []):
        messages.info(request, _("This was done already, and was not done again."))
        return _go(request, act.back)
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        if "confirmed" not in request.POST:
            checked = {"checked": form, "act": act, "items": consequences(), **(values or {})}
            return show_desk(request, "desk/counter/check.html", checked, place="counter")
        try:
            after = do()
        except CounterRefused as refused:
            form.add_error(None, words_for(refused))
        else:
            done = [*request.session.get(DONE_KEY, []), form.cleaned_data["key"]]
            request.session[DONE_KEY] = done[-DONE_KEPT:]
            return _go(request, after)
    shown = {"form": form, "act": act, **(values or {})}
    return show_desk(request, act.template, shown, place="counter")


def _go(request: DeskRequest, where: tuple[object, ...]) -> HttpResponse:
    name, *args = where
    return go_to(request, str(name), *args)
