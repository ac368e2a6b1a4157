"""What covers the people of an account, and the terms that change what it costs."""

from collections.abc import Callable
from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from openmember.billing.premiums import rules, sponsors, terms
from openmember.billing.premiums.services import rates
from openmember.billing.premiums.terms import Coverage
from openmember.coverage.types import CoverageType
from openmember.desk.acts import Act, ReasonForm, once, perform
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.desk.terms.forms import CobraForm, ListForm, MedicareForm, coverage_words
from openmember.members.types import Scope
from openmember.ui.types import Item

KINDS = {
    CoverageType.EXCHANGE: gettext_lazy("Exchange"),
    CoverageType.DIRECT: gettext_lazy("Direct"),
    CoverageType.EMPLOYER: gettext_lazy("Employer"),
    CoverageType.COBRA: gettext_lazy("COBRA"),
    CoverageType.MEDICARE: gettext_lazy("Medicare"),
}


@require_safe
@account_page("terms")
def overview(request: AccountRequest) -> HttpResponse:
    """Show what covers whom, and the terms there are."""
    account = request.opened.account
    found = terms.list_coverages(numbers=account.numbers)
    kinds = {one.coverage_type for one in found if one.is_subscriber}
    listed = [
        one
        for one in sponsors.list_sponsors(today=request.opened.today)
        if one.account_number == account.number
    ]
    values = {
        "coverages": [
            (one, KINDS[one.coverage_type], one.covers(request.opened.today)) for one in found
        ],
        "terms": terms.list_terms(numbers=account.numbers),
        "has_medicare": CoverageType.MEDICARE in kinds,
        "has_cobra": CoverageType.COBRA in kinds,
        "sponsors": listed,
    }
    return show_account(request, "desk/terms/page.html", values, place="terms")


@require_http_methods(["GET", "POST"])
@account_page("medicare_terms", scope=Scope.RUN_BILLING)
def medicare(request: AccountRequest) -> HttpResponse:
    """Settle the late-enrollment penalty, and whether Social Security takes the premium."""
    found = _coverages(request, CoverageType.MEDICARE)
    form = MedicareForm(request.POST or None, coverages=found)

    def consequences() -> list[Item]:
        given = form.cleaned_data
        return [
            Item(_("Whose coverage"), coverage_words(form.chosen())),
            Item(_("Late-enrollment penalty a month"), given["penalty"], kind="money"),
            Item(_("The premium"), _taken(withheld=given["withheld"])),
            Item(_("From"), given["since"], kind="date"),
            *([Item(_("Until"), _end_of(form), kind="date")] if given["until"] else []),
            Item(_("Reason"), given["reason"]),
        ]

    def do() -> None:
        given = form.cleaned_data
        rates.set_medicare_terms(
            account_number=form.chosen().account_number, member_id=form.chosen().member_id,
            starts_on=given["since"], ends_on=_end_of(form), penalty_cents=given["penalty"],
            withheld=given["withheld"], reason=given["reason"], actor=request.actor,
        )  # fmt: skip

    act = _act(_("Medicare terms"), _("Settle the terms"))
    return _perform(request, form, act, consequences, do, _("The Medicare terms are settled."))


@require_http_methods(["GET", "POST"])
@account_page("extend_cobra", scope=Scope.RUN_BILLING)
def cobra(request: AccountRequest) -> HttpResponse:
    """Keep that COBRA was extended for a disability: months 19 to 29 cost more."""
    found = _coverages(request, CoverageType.COBRA)
    began_on = min(one.starts_on for one in found)
    form = CobraForm(request.POST or None, coverages=found, initial={"began_on": began_on})

    def consequences() -> list[Item]:
        first_on, last_on = rules.cobra_extension(form.cleaned_data["began_on"])
        return [
            Item(_("Whose coverage"), coverage_words(form.chosen())),
            Item(_("Costs more from"), first_on, kind="date"),
            Item(_("Costs more until"), last_on, kind="date"),
            Item(_("Of the applicable premium, at most"), _("150% instead of 102%")),
            Item(_("Source"), "26 CFR 54.4980B-8 Q1(b)"),
            Item(_("Reason"), form.cleaned_data["reason"]),
        ]

    def do() -> None:
        rates.extend_cobra(
            account_number=form.chosen().account_number, member_id=form.chosen().member_id,
            began_on=form.cleaned_data["began_on"], reason=form.cleaned_data["reason"],
            actor=request.actor,
        )  # fmt: skip

    act = _act(
        _("Extend COBRA for a disability"), _("Extend COBRA"),
        lead=_("COBRA goes on to the 29th month. How long somebody is covered, the enrollment file says."),
    )  # fmt: skip
    return _perform(request, form, act, consequences, do, _("The extension is kept."))


@require_http_methods(["GET", "POST"])
@account_page("bill_list", scope=Scope.RUN_BILLING)
def bill_list(request: AccountRequest) -> HttpResponse:
    """Bill an employer's members in one list to the account that is open."""
    known = sponsors.list_sponsors(today=request.opened.today)
    form = ListForm(request.POST or None, sponsors=known)

    def consequences() -> list[Item]:
        chosen = next(one for one in known if one.id == form.cleaned_data["sponsor"])
        return [
            Item(_("Employer"), chosen.name),
            Item(_("Subscribers"), chosen.subscribers),
            *([Item(_("Billed until now to"), chosen.account_number, kind="number")]
              if chosen.account_number else []),
            Item(_("From"), form.cleaned_data["since"], kind="date"),
            Item(_("Reason"), form.cleaned_data["reason"]),
        ]  # fmt: skip

    def do() -> None:
        rates.set_sponsor_account(
            sponsor_id=form.cleaned_data["sponsor"], account_number=request.opened.account.number,
            since=form.cleaned_data["since"], reason=form.cleaned_data["reason"],
            actor=request.actor,
        )  # fmt: skip

    act = _act(
        _("Bill an employer’s list to this account"), _("Bill the list here"),
        lead=_("One bill a month, with a line for each subscriber."),
    )  # fmt: skip
    return _perform(
        request, form, act, consequences, do, _("The list is billed here from then on.")
    )


def _coverages(request: AccountRequest, kind: CoverageType) -> list[Coverage]:
    """Return those a term can be about: a subscriber's premium is the family's."""
    found = [
        one
        for one in terms.list_coverages(numbers=request.opened.account.numbers)
        if one.coverage_type is kind and one.is_subscriber
    ]
    if not found:
        raise Http404
    return found


def _taken(*, withheld: bool) -> str:
    return _("Social Security takes it: nothing is billed") if withheld else _("We bill it")


def _end_of(form: MedicareForm) -> date | None:
    """Return the last day of the last month, None when it goes on."""
    until: date | None = form.cleaned_data["until"]
    return rules.next_month(until) - timedelta(days=1) if until else None


def _act(title: str, submit: str, *, lead: str = "") -> Act:
    return Act(title=title, submit=submit, back=("desk:terms",), place="terms", lead=lead)


def _perform(
    request: AccountRequest,
    form: ReasonForm,
    act: Act,
    consequences: Callable[[], list[Item]],
    do: Callable[[], None],
    done: str,
) -> HttpResponse:
    def do_once() -> str:
        with once(form.cleaned_data["key"]):
            do()
        return done

    return perform(request, form, act, consequences=consequences, do=do_once)
