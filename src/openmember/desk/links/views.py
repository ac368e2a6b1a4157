"""Sending a payment link to a caller, watching what becomes of it, and taking it back."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.desk.acts import Act, once, perform, words_for
from openmember.desk.links.asked import asked_of
from openmember.desk.links.forms import SendLinkForm
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.directory.queries import zone_of
from openmember.members.queries import get_member
from openmember.members.types import Scope
from openmember.payments.assisted import queries, rules
from openmember.payments.assisted.services import links
from openmember.payments.assisted.services.asking import Wanted
from openmember.payments.assisted.services.paying import list_bills, look_again_asked
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import Asked, AskedStatus, Way
from openmember.ui.pages import go_to
from openmember.ui.types import Item

PLACE = "payments"


@require_safe
@account_page("links")
def listed(request: AccountRequest) -> HttpResponse:
    """Show what was asked for by link, and how far each got."""
    now = timezone.now()
    rows = [
        (one, _shown(queries.get_status(asked=one, now=now)))
        for one in queries.list_asked(numbers=request.opened.account.numbers)
    ]
    return show_account(request, "desk/links/links.html", {"rows": rows}, place=PLACE)


@require_http_methods(["GET", "POST"])
@account_page("send_link", scope=Scope.TAKE_PAYMENT)
def send(request: AccountRequest) -> HttpResponse:
    """Send a link for the bills and the amount that are chosen."""
    opened = request.opened
    bills = opened.overview.open_bills
    person = get_member(member_id=opened.account.holder_id).person
    form = SendLinkForm(
        request.POST or None, bills=bills,
        initial={
            "amount": opened.overview.due_cents or None,
            "way": (Way.TEXT if person.phone else Way.EMAIL).value,
        },
    )  # fmt: skip
    sent: list[Asked] = []

    def recipient() -> links.Recipient:
        given = form.cleaned_data
        return links.Recipient(
            Way(given["way"]), person, given["send_to"], is_verified=opened.proof is not None
        )

    def consequences() -> list[Item]:
        to = recipient()
        try:
            where, is_on_file = links.destination(way=to.way, person=person, typed=to.typed)
        except AssistedRefused as refused:
            return [Item(_("Cannot be sent"), words_for(refused))]
        return [
            Item(_("Amount"), form.cleaned_data["amount"], kind="money"),
            *(Item(_("Pays"), bill.title) for bill in form.chosen),
            Item(_("Goes to"), where),
            Item(_("On file"), _("Yes") if is_on_file else _("No: given in this contact")),
            Item(_("Works"), _("Once, for 24 hours")),
        ]

    def do() -> str:
        with once(form.cleaned_data["key"]):
            sent.append(
                links.send_link(
                    account=opened.account, open_bills=bills, to=recipient(), page=_page(request),
                    wanted=Wanted(form.cleaned_data["amount"], form.chosen), actor=request.actor,
                )
            )  # fmt: skip
        return _("The link is sent. This page follows what becomes of it.")

    act = Act(
        title=_("Send a payment link"), submit=_("Send the link"), back=("desk:links",), place=PLACE,
        lead=_("Whoever has it can pay once. It shows no name, and nothing of anybody's health."),
    )  # fmt: skip
    answer = perform(request, form, act, consequences=consequences, do=do)
    return go_to(request, "desk:link", sent[0].reference) if sent else answer


@require_safe
@account_page("link")
def link(request: AccountRequest, reference: str) -> HttpResponse:
    """Show one link, and follow it: sent, opened, paid."""
    asked = asked_of(request, reference)
    if asked.way is Way.CALL:
        return go_to(request, "desk:secure_line", reference)
    looked = look_again_asked(asked=asked, on=_today(request))
    payment = looked.payment if looked else None
    status = rules.status_of(asked, payment, timezone.now())
    is_at_page = bool(looked and looked.redirect_url)
    values = {
        "asked": asked,
        "bills": list_bills(asked=asked, today=_today(request)),
        "payment": payment,
        "status": _shown(status),
        "is_live": rules.can_be_paid(status) or status is AskedStatus.WAITING,
        "is_at_page": is_at_page,
        "can_revoke": rules.can_be_paid(status) or is_at_page,
        "can_resend": rules.can_be_paid(status) or is_at_page or status is AskedStatus.EXPIRED,
    }
    return show_account(request, "desk/links/link.html", values, place=PLACE, part="state")


@require_POST
@account_page("link", scope=Scope.TAKE_PAYMENT)
def revoke(request: AccountRequest, reference: str) -> HttpResponse:
    """Take a link back."""
    asked = asked_of(request, reference)
    try:
        links.revoke_link(
            asked=asked, actor=request.actor, now=timezone.now(), today=_today(request)
        )
    except AssistedRefused as refused:
        messages.error(request, words_for(refused))
    else:
        messages.success(request, _("The link opens nothing any more."))
    return go_to(request, "desk:link", reference)


@require_POST
@account_page("link", scope=Scope.TAKE_PAYMENT)
def resend(request: AccountRequest, reference: str) -> HttpResponse:
    """Send a link to the same place again; the one before opens nothing any more."""
    asked = asked_of(request, reference)
    bills = list_bills(asked=asked, today=_today(request))
    try:
        links.resend_link(asked=asked, bills=bills, page=_page(request), actor=request.actor)
    except AssistedRefused as refused:
        messages.error(request, words_for(refused))
    else:
        messages.success(request, _("A new link is sent. The one before opens nothing any more."))
    return go_to(request, "desk:link", reference)


def _page(request: AccountRequest) -> links.LinkPage:
    return links.LinkPage(
        now=timezone.now(),
        zone=zone_of(region=request.opened.overview.region),
        address_of=lambda token: request.build_absolute_uri(
            reverse("portal:link_open", args=[token])
        ),
    )


def _today(request: AccountRequest) -> date:
    return request.opened.today


def _shown(status: AskedStatus) -> str:
    return f"link_{status.value}"
