"""Credit at the desk: the queue over all accounts, one account's credit, and giving it back."""

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.acts import Act, perform
from openmember.desk.credits.forms import DecisionForm, RefundCreditForm, StopCheckForm
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import PAGE_SIZE, page_asked, page_of, show_account, show_desk
from openmember.kernel.references import BadReference
from openmember.members.types import Scope
from openmember.payments.credits import dormancy, queries
from openmember.payments.credits.services import checks as drawing
from openmember.payments.credits.services import refunds
from openmember.payments.credits.types import CheckRun, CreditRefund, credit_refund_id
from openmember.payments.jobs import office_today
from openmember.ui.formats import dollars
from openmember.ui.types import Item


@require_safe
@desk_page(Scope.REFUND)
def queue(request: DeskRequest) -> HttpResponse:
    """Show the accounts that hold credit, the oldest first, and what waits for a second person."""
    number = page_asked(request)
    found = queries.list_queue(
        today=office_today(), limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    table = dormancy.get_table().values()
    values = {
        "queue": found,
        "page": page_of(found.total, number),
        "waiting": queries.list_refunds(status="proposed"),
        "runs": queries.list_runs(),
        "without_address": queries.count_without_address(),
        "configured": [row for row in table if row.months],
        "not_configured": [row for row in table if not row.months],
        "now": timezone.now(),
    }
    return show_desk(request, "desk/credits/queue.html", values, place="credits")


@require_POST
@desk_page(Scope.REFUND)
def draw_checks(request: DeskRequest) -> HttpResponse:
    """Draw the checks that wait, and show the register to print."""
    run = drawing.issue_checks(on=office_today(), actor=request.actor)
    runs = queries.list_runs()
    found = next((one for one in runs if one.id == run), None)
    return _register(request, found)


@require_safe
@desk_page(Scope.REFUND)
def register(request: DeskRequest, run: int) -> HttpResponse:
    """Show the register of one run, to print."""
    found = next((one for one in queries.list_runs(limit=1000) if one.id == run), None)
    if found is None:
        raise Http404
    return _register(request, found)


@require_safe
@account_page("credit")
def credit(request: AccountRequest) -> HttpResponse:
    """Show what the account holds as credit, where it would go, and its refunds."""
    numbers = request.opened.account.numbers
    values = {
        "held": refunds.list_ways(numbers=numbers, on=request.opened.today),
        "refunds": queries.list_refunds(numbers=numbers),
    }
    return show_account(request, "desk/credits/credit.html", values, place="account")


@require_http_methods(["GET", "POST"])
@account_page("refund_credit", scope=Scope.REFUND)
def propose(request: AccountRequest) -> HttpResponse:
    """Ask for credit to be given back."""
    opened = request.opened
    ways = refunds.list_ways(numbers=(opened.account.number,), on=opened.today)
    ready = sum(one.credit.cents for one in ways if one.is_ready)
    form = RefundCreditForm(request.POST or None, ready_cents=ready)

    def consequences() -> list[Item]:
        cents = form.cleaned_data["amount"]
        alone = cents <= refunds.alone_cents(account_number=opened.account.number, on=opened.today)
        return [
            Item(_("Goes back"), cents, kind="money"),
            Item(_("Credit after"), opened.overview.balance.credit_cents - cents, kind="money"),
            Item(_("Approval"), _("At once") if alone else _("By a second person")),
            Item(_("Reason"), form.cleaned_data["reason"]),
        ]

    def do() -> str:
        asked = refunds.propose_refund(
            account=opened.account,
            amount_cents=form.cleaned_data["amount"],
            key=f"desk:{form.cleaned_data['key']}",
            reason=form.cleaned_data["reason"],
            on=opened.today,
            actor=request.actor,
        )
        said = (
            _("Refund %(reference)s of %(amount)s was made.")
            if asked.status == "approved"
            else _("Refund %(reference)s of %(amount)s waits for a second person.")
        )
        return said % {"reference": asked.reference, "amount": dollars(asked.amount_cents)}

    act = Act(
        title=_("Give credit back"), submit=_("Give it back"), back=("desk:credit",), place="account",
        lead=_("The oldest credit first: to the card or bank it came from where that can be, else by check."),
        is_grave=True,
    )  # fmt: skip
    return perform(request, form, act, consequences=consequences, do=do)


@require_http_methods(["GET", "POST"])
@account_page("decide_credit", scope=Scope.APPROVE_REFUND)
def decide(request: AccountRequest, reference: str) -> HttpResponse:
    """Approve or refuse a refund that somebody else asked for."""
    refund = _refund_of(request, reference)
    form = DecisionForm(request.POST or None)

    def do() -> str:
        approved = form.cleaned_data["answer"] == "approve"
        refunds.decide_refund(
            refund=refund, approved=approved, decision=form.cleaned_data["reason"],
            on=request.opened.today, actor=request.actor,
        )  # fmt: skip
        done = _("Refund %(reference)s was refused.")
        if approved:
            done = _("Refund %(reference)s was approved.")
        return done % {"reference": refund.reference}

    act = Act(
        title=_("Decide on refund %(reference)s") % {"reference": refund.reference},
        submit=_("Decide"), back=("desk:credit",), place="account", is_grave=True,
        lead=_("Whoever asked for it cannot approve it."),
    )  # fmt: skip
    return perform(
        request, form, act, do=do,
        consequences=lambda: [
            Item(_("Goes back"), refund.amount_cents, kind="money"),
            *_from_bills(refund),
            Item(_("Asked for by"), refund.proposed_by),
            Item(_("Because"), refund.reason),
            Item(_("Answer"), form.words_of("answer", form.cleaned_data["answer"])),
            Item(_("Reason"), form.cleaned_data["reason"]),
        ],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@account_page("stop_check", scope=Scope.REFUND)
def stop_check(request: AccountRequest, check: int) -> HttpResponse:
    """Stop a check that is lost, or that should not be paid."""
    try:
        drawn = queries.get_check(number=check)
    except queries.UnknownCheck as unknown:
        raise Http404 from unknown
    if drawn.account_number not in request.opened.account.numbers:
        raise Http404
    form = StopCheckForm(request.POST or None)

    def do() -> str:
        drawing.stop_check(
            number=check, reason=form.cleaned_data["reason"], on=request.opened.today,
            actor=request.actor,
        )  # fmt: skip
        return _("Check %(number)s was stopped; its money is credit again.") % {"number": check}

    act = Act(
        title=_("Stop check %(number)s") % {"number": check}, submit=_("Stop the check"),
        back=("desk:credit",), place="account", is_grave=True,
        lead=_("The next file to the bank tells it not to pay the check."),
    )  # fmt: skip
    return perform(
        request, form, act, do=do,
        consequences=lambda: [
            Item(_("Check"), str(check)),
            Item(_("Becomes credit"), drawn.amount_cents, kind="money"),
            Item(_("Reason"), form.cleaned_data["reason"]),
        ],
    )  # fmt: skip


def _from_bills(refund: CreditRefund) -> list[Item]:
    if not refund.from_bills:
        return []
    return [
        Item(_("Taken off bills"), _("What the payment has no credit for; they are open again"))
    ]


def _register(request: DeskRequest, run: CheckRun | None) -> HttpResponse:
    values = {"run": run, "checks": queries.list_checks(run_id=run.id) if run else ()}
    return show_desk(request, "desk/credits/register.html", values, place="credits")


def _refund_of(request: AccountRequest, reference: str) -> CreditRefund:
    try:
        return queries.get_refund(
            numbers=request.opened.account.numbers, refund_id=credit_refund_id(reference)
        )
    except (BadReference, queries.UnknownRefund) as unknown:
        raise Http404 from unknown
