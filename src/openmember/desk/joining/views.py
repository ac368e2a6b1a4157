"""Joining two accounts of the same people, which cannot be taken back."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from openmember.accounts import queries as accounts
from openmember.billing.overview import Overview, get_overview
from openmember.desk.acts import Act, ActForm, once, perform
from openmember.desk.find.results import WHY_NOTHING
from openmember.desk.opened import AccountRequest, account_page
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope
from openmember.payments.services.corrections import merge_accounts
from openmember.ui.types import Item


class JoinForm(ActForm):
    """The other account's number, and its last four digits once more."""

    number = forms.CharField(
        label=gettext_lazy("Bill pay number of the other account"), max_length=40,
        help_text=gettext_lazy("What it owes and holds moves to the account that is open here."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "om-input--number"}),
    )  # fmt: skip
    last_four = forms.CharField(
        label=gettext_lazy("Its last four digits, once more"), max_length=4,
        help_text=gettext_lazy("Both numbers keep working. The accounts can never be parted again."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "om-input--short"}),
    )  # fmt: skip

    def __init__(self, *args: Any, into: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.into = into

    def clean_number(self) -> str:
        recognised = accounts.recognise(self.cleaned_data["number"])
        if recognised.account_number is None:
            why = WHY_NOTHING.get(recognised.reason, _("This is not a bill pay number."))
            raise ValidationError(str(why))
        if recognised.account_number == self.into:
            raise ValidationError(_("This number leads to the account that is open."))
        self.typed = recognised.digits
        return recognised.account_number

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("number") and given.get("last_four", "") not in {"", self.typed[-4:]}:
            self.add_error("last_four", _("These are not the last four digits of that number."))
        return given


@require_http_methods(["GET", "POST"])
@account_page("join", scope=Scope.JOIN_ACCOUNTS)
def join(request: AccountRequest) -> HttpResponse:
    """Join another account into the one that is open."""
    opened = request.opened
    form = JoinForm(request.POST or None, into=opened.account.number)

    def consequences() -> list[Item]:
        other = _read_other(request, form.cleaned_data["number"])
        return [
            *_described(_("Ends: %(fact)s"), other),
            *_described(_("Stays: %(fact)s"), opened.overview),
        ]

    def do() -> str:
        with once(form.cleaned_data["key"]):
            merge_accounts(
                account=accounts.get_account(number=form.cleaned_data["number"]),
                into=opened.account,
                merged_on=opened.today,
                actor=request.actor,
            )
        return _("The accounts are joined. Both numbers lead here.")

    act = Act(
        title=_("Join another account into this one"), submit=_("Join the accounts"),
        back=("desk:account",), place="account", is_grave=True,
        lead=_("For two accounts of the same holder. This cannot be taken back."),
    )  # fmt: skip
    return perform(request, form, act, consequences=consequences, do=do)


def _read_other(request: AccountRequest, number: str) -> Overview:
    other = get_overview(number=number, today=request.opened.today)
    audit.record(
        actor=str(request.actor), action="account.read", account_number=other.account.number,
        member_id=other.account.holder_id, page="join", reason=request.opened.reason.value,
    )  # fmt: skip
    return other


def _described(label: str, overview: Overview) -> list[Item]:
    return [
        Item(label % {"fact": _("holder")}, str(overview.holder_name)),
        Item(label % {"fact": _("number")}, overview.account.number, kind="number"),
        Item(label % {"fact": _("owed")}, overview.balance.owed_cents, kind="money"),
        Item(label % {"fact": _("credit")}, overview.balance.credit_cents, kind="money"),
    ]
