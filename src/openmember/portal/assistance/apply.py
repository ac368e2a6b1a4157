"""The steps of an application. Each is saved, so that it can be gone on with another day."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from openmember.assistance import queries
from openmember.assistance.attestation import SENTENCES
from openmember.assistance.forms import BillsForm, HouseholdForm, IncomeForm
from openmember.assistance.policy import get_policy
from openmember.assistance.review import missing_of
from openmember.assistance.services import applying
from openmember.assistance.services.steps import ApplicationRefused
from openmember.assistance.types import Application, Channel, Facts, Status
from openmember.billing.overview import get_overview
from openmember.billing.types import Bill
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.assistance.forms import SignForm
from openmember.portal.assistance.summary import summary_of
from openmember.ui.pages import go_to, show

STEPS = ("household", "income", "bills", "documents", "check")


@require_POST
@for_holder
def begin(request: MemberRequest) -> HttpResponse:
    """Start an application, or go on with the one there is."""
    application = applying.start(
        account=request.account,
        channel=Channel.WEB,
        language=get_language() or "en",
        actor=request.actor,
    )
    if application.status is not Status.DRAFT:
        return go_to(request, "portal:assistance_application", application.reference)
    return go_to(request, "portal:assistance_household")


@require_http_methods(["GET", "POST"])
@for_holder
def household(request: MemberRequest) -> HttpResponse:
    """Ask who lives together and what shows their need."""

    def form_of(draft: Application) -> HouseholdForm:
        state = request.member.person.address.state
        return HouseholdForm(
            request.POST or None,
            programs=[one.program for one in get_policy().presumptions],
            initial=HouseholdForm.initial_of(draft.facts, state=state),
        )

    def following(facts: Facts) -> str:
        return "bills" if is_presumed(facts) else "income"

    return _step(request, "household", form_of, following=following)


@require_http_methods(["GET", "POST"])
@for_holder
def income(request: MemberRequest) -> HttpResponse:
    """Ask what the household lives on."""
    return _step(
        request,
        "income",
        lambda draft: IncomeForm(request.POST or None, initial=IncomeForm.initial_of(draft.facts)),
        following=lambda _facts: "bills",
    )


@require_http_methods(["GET", "POST"])
@for_holder
def bills(request: MemberRequest) -> HttpResponse:
    """Ask which bills; all of them unless somebody says otherwise."""
    open_bills = _open_bills(request)
    return _step(
        request,
        "bills",
        lambda draft: BillsForm(
            request.POST or None,
            bills=open_bills,
            initial=BillsForm.initial_of(draft.facts, open_bills),
        ),
        following=lambda _facts: "documents",
    )


@require_http_methods(["GET", "POST"])
@for_holder
def check(request: MemberRequest) -> HttpResponse:
    """Show everything once more, have it signed, and take it in."""
    draft = find_draft(request)
    if draft is None:
        return go_to(request, "portal:assistance")
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = applying.sign_and_send(
                application=draft,
                name=form.cleaned_data["signature"],
                received_on=request.today,
                on=request.today,
                actor=request.actor,
            )
        except ApplicationRefused:
            messages.info(request, _("This application was sent already."))
            return go_to(request, "portal:assistance")
        messages.success(request, _("We have your application. Thank you."))
        return go_to(request, "portal:assistance_application", sent.reference)
    values = {
        "application": draft,
        "form": form,
        "items": summary_of(draft, _open_bills(request), is_editable=True),
        "sentences": SENTENCES,
        "still_missing": [
            one for one in missing_of(draft, get_policy()) if one.value != "signature"
        ],
        **context_of("check"),
    }
    return show(request, "portal/assistance/check.html", values)


def find_draft(request: MemberRequest) -> Application | None:
    """Return the application this member is filling in, if there is one."""
    found = queries.find_open(numbers=request.account.numbers)
    return found if found and found.status is Status.DRAFT else None


def is_presumed(facts: Facts) -> bool:
    """Whether a program that was named makes the income needless."""
    return any(get_policy().find_presumption(program) for program in facts.programs)


def context_of(step: str) -> dict[str, object]:
    """Return what every step's page shows."""
    names = (_("Household"), _("Income"), _("Bills"), _("Documents"), _("Check and send"))
    return {"steps": names, "current": STEPS.index(step) + 1}


def _step(
    request: MemberRequest,
    step: str,
    form_of: "Callable[[Application], Form]",
    *,
    following: Callable[[Facts], str],
) -> HttpResponse:
    draft = find_draft(request)
    if draft is None:
        return go_to(request, "portal:assistance")
    form = form_of(draft)
    if request.method == "POST" and "more" not in request.POST and form.is_valid():
        facts = form.facts(draft.facts)  # type: ignore[attr-defined]  # each of ours has it
        applying.save_facts(application=draft, facts=facts, on=request.today, actor=request.actor)
        if "later" in request.POST:
            messages.success(request, _("Saved. You can go on whenever you like."))
            return go_to(request, "portal:assistance")
        return go_to(request, f"portal:assistance_{following(facts)}")
    if "more" in request.POST:
        form.errors.clear()  # Nobody has said yet that this is all.
    values = {"application": draft, "form": form, **context_of(step)}
    return show(request, f"portal/assistance/{step}.html", values)


def _open_bills(request: MemberRequest) -> tuple[Bill, ...]:
    return get_overview(number=request.account.number, today=request.today).open_bills
