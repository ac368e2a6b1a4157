"""Payment plans of the account that is open: reading them, and setting one up for a caller."""

from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openmember.billing import queries as billing
from openmember.billing.plans import queries, services
from openmember.billing.plans.agreement import agreement_of
from openmember.billing.plans.types import AgreedBy, Plan, plan_id
from openmember.billing.types import Bill
from openmember.desk.acts import Act, ReasonForm, once, perform
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.desk.plans.forms import PlanForm
from openmember.kernel.references import BadReference
from openmember.members import queries as members
from openmember.members.types import Scope
from openmember.ui.types import Item


@require_safe
@account_page("plans")
def plans(request: AccountRequest) -> HttpResponse:
    """Show the plans, those that stand first."""
    listed = queries.list_plans(numbers=request.opened.account.numbers, today=request.opened.today)
    values = {"plans": listed, "can_start": bool(_plannable(request))}
    return show_account(request, "desk/plans.html", values, place="bills")


@require_safe
@account_page("plan")
def plan(request: AccountRequest, reference: str) -> HttpResponse:
    """Show one plan, where it stands and what happened to it."""
    found = _plan_of(request, reference)
    values = {"plan": found, "events": queries.list_events(plan=found)}
    return show_account(request, "desk/plan.html", values, place="bills")


@require_http_methods(["GET", "POST"])
@account_page("start_plan", scope=Scope.TAKE_PAYMENT)
def start(request: AccountRequest) -> HttpResponse:
    """Set a plan up for a caller: terms, their consequences, the words to read aloud, consent."""
    return _agree(request, None)


@require_http_methods(["GET", "POST"])
@account_page("recast_plan", scope=Scope.TAKE_PAYMENT)
def recast(request: AccountRequest, reference: str) -> HttpResponse:
    """Give a plan a new schedule, over what is left of it and other bills."""
    return _agree(request, _plan_of(request, reference))


@require_http_methods(["GET", "POST"])
@account_page("cancel_plan", scope=Scope.TAKE_PAYMENT)
def cancel(request: AccountRequest, reference: str) -> HttpResponse:
    """End a plan because the member asks for it."""
    return _change(
        request, reference, title=_("End plan %(reference)s"), submit=_("End the plan"),
        lead=_("What is left of its bills is due then, on the days that stand on them."),
        done=_("Plan %(reference)s has ended."), what="cancel", is_grave=True,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@account_page("reinstate_plan", scope=Scope.RAISE_BILL)
def reinstate(request: AccountRequest, reference: str) -> HttpResponse:
    """Let a plan that ended for missed payments stand again."""
    return _change(
        request, reference, title=_("Let plan %(reference)s stand again"),
        submit=_("Let it stand again"), lead=_("It goes on with the schedule it had."),
        done=_("Plan %(reference)s stands again."), what="reinstate",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@account_page("tried_plan", scope=Scope.FIND)
def tried(request: AccountRequest, reference: str) -> HttpResponse:
    """Record that somebody tried to reach the member about missed payments."""
    return _change(
        request, reference, title=_("Record an attempt to reach the member"),
        submit=_("Record it"), lead=_("A plan may end only after somebody tried to reach the member."),
        done=_("The attempt was recorded."), what="tried",
    )  # fmt: skip


def _agree(request: AccountRequest, plan: Plan | None) -> HttpResponse:
    opened = request.opened
    holder = members.get_member(member_id=opened.account.holder_id)
    form = PlanForm(
        request.POST or None, bills=_plannable(request), kept=_kept(request, plan),
        today=opened.today, state=holder.person.address.state, actor=request.actor,
    )  # fmt: skip

    def consequences() -> list[Item]:
        offer = form.offer
        assert offer is not None
        return [
            Item(_("Each month"), offer.monthly_cents, kind="money"),
            Item(_("Payments"), str(offer.months)),
            Item(_("First payment"), offer.dues[0].due_on, kind="date"),
            Item(_("Last payment"), offer.last.due_on, kind="date"),
            Item(_("Of it the last"), offer.last.amount_cents, kind="money"),
            Item(_("In all"), offer.total_cents, kind="money"),
            *([Item(_("Beyond the policy, because"), offer.reason)] if offer.reason else []),
            Item(
                _("Read aloud, and ask for consent"), agreement_of(offer=offer, bills=form.chosen)
            ),
        ]

    def do() -> str:
        offer = form.offer
        assert offer is not None
        agreed = services.agree_plan(
            account=opened.account,
            bills=form.chosen,
            agreement=services.Agreement(
                offer=offer,
                day=form.cleaned_data["day"],
                text=agreement_of(offer=offer, bills=form.chosen),
                language=get_language() or "en",
                channel=AgreedBy(form.cleaned_data["channel"]),
            ),
            key=f"desk:{form.cleaned_data['key']}",
            agreed_on=opened.today,
            actor=request.actor,
            plan=plan,
        )
        return _("Plan %(reference)s was agreed.") % {"reference": agreed.reference}

    act = Act(
        title=_("New schedule for %(reference)s") % {"reference": plan.reference}
        if plan
        else _("Set up a payment plan"),
        submit=_("The member agrees"), place="bills",
        back=("desk:plan", plan.reference) if plan else ("desk:plans",),
        lead=_("Without interest and without fees. Within the policy no reason is needed."),
    )  # fmt: skip
    return perform(request, form, act, consequences=consequences, do=do)


def _change(
    request: AccountRequest, reference: str, *, title: str, submit: str, lead: str, done: str,
    what: str, is_grave: bool = False,
) -> HttpResponse:  # fmt: skip
    found = _plan_of(request, reference)
    form = ReasonForm(request.POST or None)
    named = {"reference": found.reference}

    def do() -> str:
        facts = {
            "plan": found, "reason": form.cleaned_data["reason"], "on": request.opened.today,
            "actor": request.actor,
        }  # fmt: skip
        with once(form.cleaned_data["key"]):
            if what == "tried":
                services.note(kind="tried", instalment=None, **facts)
            elif what == "cancel":
                services.cancel_plan(**facts)
            else:
                services.reinstate_plan(**facts)
        return done % named

    act = Act(
        title=title % named, submit=submit, lead=lead, back=("desk:plan", found.reference),
        place="bills", is_grave=is_grave,
    )  # fmt: skip
    items = [
        Item(_("Left to pay"), found.standing.remaining_cents, kind="money"),
        Item(_("Status"), found.status.value, kind="status"),
    ]
    return perform(
        request, form, act, do=do,
        consequences=lambda: [*items, Item(_("Reason"), form.cleaned_data["reason"])],
    )  # fmt: skip


def _plannable(request: AccountRequest) -> tuple[Bill, ...]:
    return tuple(bill for bill in request.opened.overview.open_bills if services.can_plan(bill))


def _kept(request: AccountRequest, plan: Plan | None) -> tuple[Bill, ...]:
    if plan is None:
        return ()
    return billing.list_chosen(
        numbers=request.opened.account.numbers, bill_ids=plan.bill_ids, today=request.opened.today
    )


def _plan_of(request: AccountRequest, reference: str) -> Plan:
    try:
        return queries.get_plan(
            numbers=request.opened.account.numbers, plan_id=plan_id(reference),
            today=request.opened.today,
        )  # fmt: skip
    except (BadReference, queries.UnknownPlan) as unknown:
        raise Http404 from unknown
