"""The queue of unidentified receipts, and working one: post, split, return, give to reconciliation."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.billing.overview import get_overview
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.pages import PAGE_SIZE, page_asked, page_of, show_desk
from openmember.desk.receipts import words
from openmember.desk.receipts.forms import PaidForm, PostForm, ReleaseForm, ReturnForm
from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference
from openmember.members.types import Scope
from openmember.payments.jobs import office_today
from openmember.payments.receipts import queries, rules
from openmember.payments.receipts.resolving import Said, suggest
from openmember.payments.receipts.services import acting
from openmember.payments.receipts.types import Act, Receipt, receipt_id
from openmember.ui.formats import dollars
from openmember.ui.pages import go_to
from openmember.ui.types import Item


@require_safe
@desk_page(Scope.WORK_EXCEPTIONS)
def receipts(request: DeskRequest) -> HttpResponse:
    """List what waits, the oldest first, and what waits for a second person or to be paid out."""
    number = page_asked(request)
    found = queries.list_queue(
        today=office_today(), limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    values = {
        "queue": found,
        "rows": [(one, words.REASONS.get(one.reason, one.reason)) for one in found.receipts],
        "page": page_of(found.total, number),
        "acts": [_shown(one) for one in queries.list_unfinished_acts()],
        "as_of": timezone.now(),
    }
    return show_desk(request, "desk/receipts/list.html", values, place="receipts")


@require_http_methods(["GET", "POST"])
@desk_page(Scope.WORK_EXCEPTIONS)
def receipt(request: DeskRequest, reference: str) -> HttpResponse:
    """Show one receipt with what it may be for, and do what is asked with it."""
    one = _receipt(reference)
    if request.method == "GET":
        audit.record(actor=str(request.actor), action="receipt.read", receipt_id=one.id)
    asked = request.POST.get("act", "")
    bound = {asked: request.POST} if "edit" not in request.POST else {}
    start = {"amount": one.free_cents}
    post = PostForm(bound.get("post"), free_cents=one.free_cents, initial=start, prefix="post")
    back = ReturnForm(
        bound.get("return"), free_cents=one.free_cents, initial=start, prefix="return"
    )
    release = ReleaseForm(bound.get("release"), prefix="release")
    acts: dict[str, tuple[forms.Form, Callable[[], Act]]] = {
        "post": (post, lambda: _post(request, one, post)),
        "return": (back, lambda: _return(request, one, back)),
        "release": (release, lambda: _release(request, one, release)),
    }
    if asked in acts:
        form, do = acts[asked]
        if form.is_valid():
            if "confirmed" not in request.POST:
                return _check(request, one, asked, form)
            try:
                messages.success(request, _done(do()))
            except acting.ReceiptRefused as refused:
                form.add_error(None, _sentence(refused))
            else:
                return go_to(request, "desk:receipts")
    return _show(request, one, post, back, release)


@require_POST
@desk_page(Scope.WORK_EXCEPTIONS)
def decide(request: DeskRequest, act: int) -> HttpResponse:
    """Agree to what another person proposed, turn it down, or note that money left."""
    try:
        found = queries.get_act(act_id=act)
        if "paid" in request.POST:
            form = PaidForm(request.POST)
            if form.is_valid():
                acting.pay_out(
                    act=found,
                    reference=form.cleaned_data["reference"],
                    on=office_today(),
                    actor=request.actor,
                )
                messages.success(request, _("It is noted as paid out."))
            else:
                messages.error(request, _("Enter the number of the check or wire."))
        else:
            agrees = request.POST.get("answer") == "agree"
            done = acting.decide_act(
                act=found, agrees=agrees, on=office_today(), actor=request.actor
            )
            turned_down = _("It was turned down. The money waits again.")
            messages.success(request, _done(done) if agrees else turned_down)
    except queries.UnknownAct as unknown:
        raise Http404 from unknown
    except acting.ReceiptRefused as refused:
        messages.error(request, _sentence(refused))
    return go_to(request, "desk:receipts")


def _receipt(reference: str) -> Receipt:
    try:
        return queries.get_receipt(receipt_id=receipt_id(reference), today=office_today())
    except (BadReference, queries.UnknownReceipt) as unknown:
        raise Http404 from unknown


def _post(request: DeskRequest, one: Receipt, form: PostForm) -> Act:
    said = form.cleaned_data
    return acting.post_receipt(
        receipt=one, account_number=form.account.number, amount_cents=said["amount"], reason=said["reason"],
        learn=said["learn"], on=office_today(), actor=request.actor,
    )  # fmt: skip


def _return(request: DeskRequest, one: Receipt, form: ReturnForm) -> Act:
    said = form.cleaned_data
    return acting.return_receipt(
        receipt=one,
        amount_cents=said["amount"],
        reason=said["reason"],
        on=office_today(),
        actor=request.actor,
    )


def _release(request: DeskRequest, one: Receipt, form: ReleaseForm) -> Act:
    return acting.release_receipt(
        receipt=one, reason=form.cleaned_data["reason"], on=office_today(), actor=request.actor
    )


def _done(act: Act) -> str:
    said = {
        "proposed": _("%(amount)s wait for a second person now."),
        "post": _("%(amount)s were posted."),
        "return": _("%(amount)s go back to the sender: pay them out, then note the check or wire."),
        "release": _("%(amount)s are for reconciliation to explain now."),
    }
    return said["proposed" if act.state == "proposed" else act.kind] % {
        "amount": dollars(act.amount_cents)
    }


def _sentence(refused: Exception) -> str:
    said = capfirst(str(refused)).rstrip(".")
    return _("%(refusal)s. Nothing was changed.") % {"refusal": said}


def _check(request: DeskRequest, one: Receipt, asked: str, form: forms.Form) -> HttpResponse:
    items = [
        Item(_("What happens"), words.KINDS[asked]),
        Item(_("Amount"), form.cleaned_data.get("amount", one.amount_cents), kind="money"),
    ]
    if isinstance(form, PostForm):
        overview = get_overview(number=form.account.number, today=office_today())
        audit.record(
            actor=str(request.actor), action="account.read", account_number=form.account.number,
            member_id=form.account.holder_id, page="receipts", reason="review",
        )  # fmt: skip
        items += [
            Item(_("Account holder"), str(overview.holder_name)),
            Item(_("Bill pay number"), form.account.number, kind="number"),
            Item(_("Open on the account"), overview.balance.owed_cents, kind="money"),
        ]
    items.append(Item(_("Reason"), form.cleaned_data["reason"]))
    if rules.needs_second_person(one.amount_cents):
        items.append(Item(_("Approval"), _("By a second person")))
    values = {"one": one, "checked": form, "asked": asked, "items": items}
    return show_desk(request, "desk/receipts/check.html", values, place="receipts")


def _show(
    request: DeskRequest, one: Receipt, post: PostForm, back: ReturnForm, release: ReleaseForm
) -> HttpResponse:
    found = (
        suggest(Said(one.payer, one.text, one.bank_reference, one.free_cents))
        if one.free_cents
        else []
    )
    values = {
        "one": one,
        "items": _facts(one),
        "suggestions": [(suggestion, words.why(suggestion)) for suggestion in found],
        "acts": [_shown(act) for act in queries.list_acts(receipt=one)],
        "post": post,
        "return_form": back,
        "release": release,
        "bad_form": next(
            (form for form in (post, back, release) if form.is_bound and form.errors), None
        ),
        "can_release": one.state == "waiting" and one.free_cents == one.amount_cents,
    }
    return show_desk(request, "desk/receipts/detail.html", values, place="receipts")


def _shown(act: Act) -> dict[str, object]:
    return {
        "act": act,
        "kind": words.KINDS[act.kind],
        "state": words.STATES[act.state],
        "is_proposed": act.state == "proposed",
        "is_payable": act.kind == "return" and act.state == "made",
        "paid": PaidForm(prefix=None, auto_id=f"id_{act.id}_%s"),
    }


def _facts(one: Receipt) -> list[Item]:
    facts: list[tuple[str, object, str]] = [
        (_("Amount"), one.amount_cents, "money"),
        (_("Still waits"), one.open_cents, "money"),
        (_("Day"), one.day, "date"),
        (_("From"), words.SOURCES[one.source], "text"),
        (_("Payer"), one.payer, "text"),
        (_("Text"), one.text, "text"),
        (_("Bank’s reference"), one.bank_reference, "text"),
        (_("Why it waits"), words.REASONS.get(one.reason, one.reason), "text"),
    ]
    return [
        Item(label, value, kind=kind) for label, value, kind in facts if value not in ("", None)
    ]
