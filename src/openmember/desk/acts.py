"""How the desk changes something: ask, say what will happen, do it once, and say what was done."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.accounts.services import CannotMerge
from openmember.assistance.review import NoGuideline
from openmember.assistance.services.steps import ApplicationRefused
from openmember.billing.debts.services import DebtRefused
from openmember.billing.grace.services import CannotReinstate, GraceRefused
from openmember.billing.plans.services import PlanRefused
from openmember.billing.services import BillRefused
from openmember.desk.opened import AccountRequest
from openmember.desk.pages import show_account
from openmember.kernel import throttle
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.autopay.queries import UnknownMandate
from openmember.payments.autopay.services import NotAllowedNow
from openmember.payments.credits.services.refunds import CreditRefused
from openmember.payments.services.corrections import AlreadyReversed, CannotCorrect
from openmember.payments.services.door import KeyReused, PaymentRefused
from openmember.payments.services.refunds import RefundRefused
from openmember.safety.forms import FreeText, FreeTextInput
from openmember.ui.pages import go_to
from openmember.ui.types import Item


class ActRefused(Exception):
    """What the page of an act refuses in its own words."""


REFUSALS = (
    ActRefused, AlreadyReversed, ApplicationRefused, AssistedRefused, BillRefused, CannotCorrect, CannotMerge,
    CannotReinstate, CreditRefused, DebtRefused, GraceRefused, KeyReused, NoGuideline,
    NotAllowedNow, PaymentRefused, PlanRefused, RefundRefused, UnknownMandate,
)  # fmt: skip
REPEATS_KEPT_SECONDS = 86_400
# The session remembers the last forms sent, so that one sent again is told from a new mistake. It only
# finds the words: what keeps anything from happening twice are the keys in the database.
DONE_KEY = "desk_done"
DONE_KEPT = 20


class Repeated(Exception):
    """This very form was sent before, and what it asked for was done then."""


class ActForm(forms.Form):
    """A form that changes something; its key makes sending it twice the same as once."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=lambda: uuid4().hex)

    def words_of(self, name: str, value: object) -> str:
        """Return the words a choice is shown with."""
        choices: Any = cast(forms.ChoiceField, self.fields[name]).choices
        return next(str(words) for known, words in choices if str(known) == str(value))


class ReasonForm(ActForm):
    """A reason, kept with what was done."""

    reason = FreeText(
        label=gettext_lazy("Reason"),
        max_length=200,
        widget=FreeTextInput({"autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class Act:
    """What the page of an act says, and the page that follows."""

    title: str
    submit: str
    back: tuple[object, ...]  # A URL name and its arguments.
    place: str
    lead: str = ""
    template: str = "desk/act.html"
    is_grave: bool = False

    @property
    def back_url(self) -> str:
        name, *args = self.back
        return reverse(str(name), args=args)


def perform(
    request: AccountRequest,
    form: ActForm,
    act: Act,
    *,
    consequences: Callable[[], Sequence[Item]],
    do: Callable[[], str],
) -> HttpResponse:
    """Answer one request of an act's page.

    Shape: a valid form first shows `consequences`; only the answer to that calls `do`, whose words are
    shown on the page that follows. What a service refuses is said on the form.
    """
    if request.POST.get("key") in request.session.get(DONE_KEY, []):
        return _done_before(request, act)
    values = {"form": form, "act": act}
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        if "confirmed" not in request.POST:
            checked = {"checked": form, "act": act, "items": consequences()}
            return show_account(request, "desk/check.html", checked, place=act.place)
        try:
            messages.success(request, do())
        except Repeated:
            return _done_before(request, act)
        except REFUSALS as refused:
            form.add_error(None, words_for(refused))
        else:
            done = [*request.session.get(DONE_KEY, []), form.cleaned_data["key"]]
            request.session[DONE_KEY] = done[-DONE_KEPT:]
            return _back(request, act)
    return show_account(request, act.template, values, place=act.place)


@contextmanager
def once(key: str) -> Iterator[None]:
    """Do what is inside only the first time a form with this key is sent. Errors: Repeated.

    For services that take no key of their own. Two at once meet at the counter's row: the second waits
    for the first to commit. A refusal inside leaves the key unused.
    """
    with transaction.atomic():
        if not throttle.is_allowed(
            scope="desk.act", value=key, limit=1, window_seconds=REPEATS_KEPT_SECONDS
        ):
            raise Repeated
        yield


def words_for(refused: Exception) -> str:
    """Return a refusal as a sentence."""
    if isinstance(refused, KeyReused):
        return _("This form was sent before with other contents. Nothing was taken. Start again.")
    said = capfirst(str(refused)).rstrip(".")
    return _("%(refusal)s. Nothing was changed.") % {"refusal": said}


def _done_before(request: AccountRequest, act: Act) -> HttpResponse:
    messages.info(request, _("This was done already, and was not done again."))
    return _back(request, act)


def _back(request: AccountRequest, act: Act) -> HttpResponse:
    name, *args = act.back
    return go_to(request, str(name), *args)
