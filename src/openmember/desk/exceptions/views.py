"""Working what files left for a person: who it is for, or what was done instead."""

from collections import Counter
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from openmember.billing.overview import get_overview
from openmember.claims.services import exceptions as claims
from openmember.coverage.services import exceptions as enrolment
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.exceptions.forms import AccountForm, NoteForm
from openmember.desk.exceptions.waiting import (
    KINDS,
    SHOWN_OF_EACH_KIND,
    NotThere,
    Waiting,
    get_waiting,
    list_waiting,
)
from openmember.desk.pages import show_desk
from openmember.kernel.audit import services as audit
from openmember.members.types import Scope
from openmember.payments.remittances.services import exceptions as remittances
from openmember.payments.remittances.services.claims import choose_claim_account
from openmember.ui.formats import dollars
from openmember.ui.pages import go_to
from openmember.ui.types import Item

_REPEATED = (remittances.AlreadyResolved, claims.AlreadyResolved, enrolment.AlreadyResolved)
_REFUSED = (remittances.CannotResolve, claims.CannotResolve, enrolment.CannotResolve)


@require_safe
@desk_page(Scope.WORK_EXCEPTIONS)
def waiting(request: DeskRequest) -> HttpResponse:
    """List what is open, the oldest first."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    found = list_waiting(kind)
    counts = Counter(one.kind for one in found)
    values = {
        "waiting": found,
        "kind": kind,
        "kinds": KINDS.items(),
        "as_of": timezone.now(),
        "most": SHOWN_OF_EACH_KIND if SHOWN_OF_EACH_KIND in counts.values() else None,
    }
    return show_desk(request, "desk/exceptions/list.html", values, place="exceptions")


@require_http_methods(["GET", "POST"])
@desk_page(Scope.WORK_EXCEPTIONS)
def exception(request: DeskRequest, kind: str, identity: int) -> HttpResponse:
    """Show one exception, and what can be done about it."""
    try:
        one = get_waiting(kind, identity)
    except NotThere as unknown:
        raise Http404 from unknown
    if request.method == "GET":
        audit.record(
            actor=str(request.actor), action="exception.read", kind=kind, exception_id=identity
        )
    act = request.POST.get("act", "")
    account = AccountForm(request.POST if act == "account" else None, takes_kind=one.takes_kind)
    note = NoteForm(request.POST if act in {"note", "money"} else None)
    if act == "account" and one.takes_account and account.is_valid() and "edit" not in request.POST:
        if "confirmed" not in request.POST:
            return _check(request, one, account)
        return _do(request, one, note, account, lambda: _choose(request, one, account))
    if act == "note" and note.is_valid():
        return _do(request, one, note, account, lambda: _set_aside(request, one, note))
    if act == "money" and one.takes_money and note.is_valid():
        return _do(request, one, note, account, lambda: _confirm(request, one, note))
    return _show(request, one, account, note)


def _do(
    request: DeskRequest, one: Waiting, note: NoteForm, account: AccountForm, act: Callable[[], str]
) -> HttpResponse:
    try:
        messages.success(request, act())
    except _REPEATED:
        messages.info(request, _("This was done already, and was not done again."))
    except _REFUSED as refused:
        said = _("%(refusal)s. Nothing was changed.") % {"refusal": capfirst(str(refused))}
        form = account if account.is_bound else note
        form.add_error(None, said)
        return _show(request, one, account, note)
    return go_to(request, "desk:exceptions")


def _choose(request: DeskRequest, one: Waiting, form: AccountForm) -> str:
    if one.kind == "835":
        changed = choose_claim_account(
            exception_id=one.id, account=form.account, on=timezone.localdate(), actor=request.actor
        )
        return _("The claim is on the account now: %(amount)s is asked for.") % {
            "amount": dollars(changed)
        }
    posted = remittances.choose_account(
        exception_id=one.id, account=form.account, kind=form.kind(), actor=request.actor
    )
    return _posted(one) if posted else _still_waiting(one)


def _confirm(request: DeskRequest, one: Waiting, form: NoteForm) -> str:
    note = form.cleaned_data["note"]
    posted = remittances.post_now(exception_id=one.id, note=note, actor=request.actor)
    return _posted(one) if posted else _still_waiting(one)


def _set_aside(request: DeskRequest, one: Waiting, form: NoteForm) -> str:
    services = {
        "820": remittances.set_aside,
        "835": claims.set_aside,
        "834": enrolment.resolve_with_note,
    }
    services[one.kind](exception_id=one.id, note=form.cleaned_data["note"], actor=request.actor)
    return _("It is closed with your note. Nothing was posted.")


def _posted(one: Waiting) -> str:
    amount = dollars(one.payment_cents or 0)
    return _("Nothing is unclear any more: the payment of %(amount)s is posted.") % {
        "amount": amount
    }


def _still_waiting(one: Waiting) -> str:
    left = max(one.still_open - 1, 1)
    return ngettext(
        "Noted. The payment is posted once %(left)s more is clear.",
        "Noted. The payment is posted once %(left)s more are clear.",
        left,
    ) % {"left": left}


def _check(request: DeskRequest, one: Waiting, form: AccountForm) -> HttpResponse:
    overview = get_overview(number=form.account.number, today=timezone.localdate())
    audit.record(
        actor=str(request.actor), action="account.read", account_number=form.account.number,
        member_id=form.account.holder_id, page="exceptions", reason="review",
    )  # fmt: skip
    items = [
        Item(_("The file says"), one.whose or _("No name")),
        Item(_("Account holder"), str(overview.holder_name)),
        Item(_("Bill pay number"), form.account.number, kind="number"),
        *(
            [Item(_("Amount"), one.amount_cents, kind="money")]
            if one.amount_cents is not None
            else []
        ),
    ]
    values = {"one": one, "checked": form, "items": items}
    return show_desk(request, "desk/exceptions/check.html", values, place="exceptions")


def _show(request: DeskRequest, one: Waiting, account: AccountForm, note: NoteForm) -> HttpResponse:
    values = {"one": one, "items": _facts(one), "account": account, "note": note}
    return show_desk(request, "desk/exceptions/detail.html", values, place="exceptions")


def _facts(one: Waiting) -> list[Item]:
    facts = [
        (_("Kind"), one.kind_label, "text"),
        (_("Since"), one.opened_at, "moment"),
        (_("File"), one.file, "text"),
        (_("Segment"), one.segment_number, "text"),
        (_("Payer"), one.payer, "text"),
        (_("Trace"), one.trace, "text"),
        (_("Payment"), one.payment_cents, "money"),
        (_("The file says"), one.whose, "text"),
        (_("Numbers in the file"), ", ".join(one.numbers), "text"),
        (_("Line"), one.what, "text"),
        (_("Day"), one.day, "date"),
        (_("Amount"), one.amount_cents, "money"),
    ]
    return [
        Item(label, value, kind=kind) for label, value, kind in facts if value not in ("", None)
    ]
