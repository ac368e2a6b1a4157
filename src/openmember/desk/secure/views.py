"""Sending the caller to the secure line, and watching how far they are. No digit of a card is ever here."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from openmember.desk.acts import Act, perform, words_for
from openmember.desk.links.asked import asked_of
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.desk.secure.forms import SecureForm
from openmember.members.types import Scope
from openmember.payments.assisted import queries
from openmember.payments.assisted.services.asking import Wanted
from openmember.payments.assisted.services.paying import list_bills
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import Asked, Way
from openmember.payments.types import Payment
from openmember.phone import securing
from openmember.phone.bringing import bring_back
from openmember.phone.types import Left
from openmember.texting.services import printed
from openmember.ui.pages import go_to
from openmember.ui.types import Item

PLACE = "payments"
OWN_LINE_KEY = "desk_own_line"


@require_http_methods(["GET", "POST"])
@account_page("send_secure", scope=Scope.TAKE_PAYMENT)
def send(request: AccountRequest) -> HttpResponse:
    """Choose what the caller pays, and send them to the secure line."""
    talk = securing.find_talk(actor=request.actor) if securing.has_secure_line() else None
    if talk is None:
        return show_account(request, "desk/secure/nobody.html", {}, place=PLACE)
    opened = request.opened
    bills = opened.overview.open_bills
    form = SecureForm(
        request.POST or None, bills=bills, is_about_other=talk.is_about_other(opened.account),
        initial={
            "amount": opened.overview.due_cents or None,
            "return_to": request.session.get(OWN_LINE_KEY, ""),
        },
    )  # fmt: skip
    sent: list[Asked] = []

    def consequences() -> list[Item]:
        return [
            Item(_("Amount"), form.cleaned_data["amount"], kind="money"),
            *(Item(_("Pays"), bill.title) for bill in form.chosen),
            Item(_("Comes back to"), printed(form.cleaned_data["return_to"])),
            *(
                [Item(_("Account"), _("Another than the caller asked about"))]
                if "other" in form.fields
                else []
            ),
            Item(_("Recording"), _("Paused while the caller is there")),
        ]

    def do() -> str:
        given = form.cleaned_data
        # Sent twice it goes once: a call is on one line at a time, and who is there is with nobody.
        asked = securing.send_to_secure_line(
            talk=talk, account=opened.account, open_bills=bills,
            sending=securing.Sending(
                Wanted(given["amount"], form.chosen), given["return_to"], given.get("other", False)
            ),
            now=timezone.now(), actor=request.actor,
        )  # fmt: skip
        sent.append(asked)
        request.session[OWN_LINE_KEY] = given["return_to"]
        return _("The caller is on their way to the secure line. This page follows them.")

    act = Act(
        title=_("Send the caller to the secure line"), submit=_("Send the caller"),
        back=("desk:account",), place=PLACE,
        lead=_(
            "They type their card or bank account on the telephone. You hear nothing of it, nothing is"
            " recorded, and they come back to you. Tell them so first: your line ends when they go."
        ),
    )  # fmt: skip
    answer = perform(request, form, act, consequences=consequences, do=do)
    return go_to(request, "desk:secure_line", sent[0].reference) if sent else answer


@require_safe
@account_page("secure_line")
def line(request: AccountRequest, reference: str) -> HttpResponse:
    """Show how far the caller is, and how it ended."""
    asked = asked_of(request, reference)
    found = securing.find_line_of(asked_id=asked.id)
    payment = queries.find_payment(asked=asked)
    if found is None:
        return _show_forgotten(request, asked, payment)
    stage = securing.stage_of(found)
    if payment is not None and payment.has_arrived:
        stage = Left.PAID.value
    values = {
        "asked": asked,
        "bills": list_bills(asked=asked, today=request.opened.today),
        "payment": payment,
        "status": f"secure_{stage}",
        "is_live": found.ended_at is None,
        "can_bring": found.ended_at is None
        and stage != "paying"
        and asked.representative == str(request.actor)
        and request.actor.may(Scope.TAKE_PAYMENT),
        "return_to": printed(found.return_to),
        "is_over": found.call.ended_at is not None,
        "is_silent": found.is_recorded is False,
    }
    return show_account(request, "desk/secure/line.html", values, place=PLACE, part="state")


def _show_forgotten(request: AccountRequest, asked: Asked, payment: Payment | None) -> HttpResponse:
    """Show what was asked for in a call that is forgotten: what became of it is kept."""
    if asked.way is not Way.CALL:
        raise Http404
    paid = payment is not None and payment.has_arrived
    values = {
        "asked": asked,
        "bills": list_bills(asked=asked, today=request.opened.today),
        "payment": payment,
        "status": f"secure_{Left.PAID if paid else asked.end_reason or Left.GAVE_UP}",
        "is_over": True,
    }
    return show_account(request, "desk/secure/line.html", values, place=PLACE, part="state")


@require_POST
@account_page("secure_line", scope=Scope.TAKE_PAYMENT)
def back(request: AccountRequest, reference: str) -> HttpResponse:
    """Bring the caller back: nothing more is captured, and they are connected to who sent them."""
    try:
        bring_back(asked=asked_of(request, reference), actor=request.actor)
    except AssistedRefused as refused:
        messages.error(request, words_for(refused))
    else:
        messages.success(request, _("The caller is on their way back to you."))
    return go_to(request, "desk:secure_line", reference)
