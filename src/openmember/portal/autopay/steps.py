"""Setting automatic payments up: which bills, from where, agree."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openmember.payments.ach.services.banks import (
    BadBankAccount,
    BankRefused,
    add_bank_account,
)
from openmember.payments.ach.types import BankKind, NewBankAccount
from openmember.payments.autopay import services
from openmember.payments.autopay.agreement import agreement_of
from openmember.payments.autopay.types import Instrument
from openmember.payments.gateways import get_card_keeper
from openmember.payments.gateways.protocol import Outcome
from openmember.payments.types import Method
from openmember.portal.access import MemberRequest, for_holder
from openmember.portal.autopay.forms import Agreed, BankDetails, HowToDraw, WhatToDraw
from openmember.portal.autopay.setup import (
    Setup,
    find_setup,
    forget_setup,
    keep_setup,
)
from openmember.ui.context import organisation
from openmember.ui.pages import go_to, show


def step_names() -> list[str]:
    return [_("Which bills"), _("Pay from"), _("Agree")]


@require_http_methods(["GET", "POST"])
@for_holder
def what(request: MemberRequest) -> HttpResponse:
    """Ask which bills, and at most how much."""
    known = _find(request)
    initial = {"what": known.what, "cap": known.cap_cents} if known else {"what": "everything"}
    form = WhatToDraw(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = {"what": form.cleaned_data["what"], "cap_cents": form.cleaned_data["cap"]}
        setup = replace(known, **chosen) if known else Setup(request.account.number, **chosen)
        keep_setup(request.session, setup)
        return go_to(request, "portal:autopay_how")
    return show(request, "portal/autopay/what.html", {"form": form, "steps": step_names()})


@require_http_methods(["GET", "POST"])
@for_holder
def how(request: MemberRequest) -> HttpResponse:
    """Ask for a card or a bank account; a card is typed on the gateway's own page."""
    setup = _find(request)
    if setup is None:
        return go_to(request, "portal:autopay_what")
    form = HowToDraw(request.POST or None, initial={"method": setup.method})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["method"] == Method.ACH.value:
            return go_to(request, "portal:autopay_bank")
        return _ask_for_card(request, setup)
    return show(request, "portal/autopay/how.html", {"form": form, "steps": step_names()})


@require_http_methods(["GET", "POST"])
@for_holder
def bank(request: MemberRequest) -> HttpResponse:
    """Ask for the bank account. It is kept at once, sealed; only its last digits are shown again."""
    setup = _find(request)
    if setup is None:
        return go_to(request, "portal:autopay_what")
    form = BankDetails(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            kept = add_bank_account(
                account=request.account,
                given=NewBankAccount(
                    routing=given["routing"], number=given["number"],
                    kind=BankKind(given["kind"]), holder=given["holder"],
                ),
                on=request.today,
                actor=request.actor,
            )  # fmt: skip
        except (BadBankAccount, BankRefused):
            form.add_error(
                "routing", _("No bank has this routing number. Please check each digit.")
            )
        else:
            tender = _("bank account ending %(digits)s") % {"digits": kept.last_four}
            instrument = Instrument(Method.ACH, "ach", str(kept.id), tender)
            keep_setup(request.session, setup.with_instrument(instrument))
            return go_to(request, "portal:autopay_agree")
    return show(request, "portal/autopay/bank.html", {"form": form, "steps": step_names()})


@require_safe
@for_holder
def card(request: MemberRequest) -> HttpResponse:
    """Take up the card that was typed on the gateway's page."""
    setup = _find(request)
    if setup is None or not setup.card_reference:
        return go_to(request, "portal:autopay_what")
    keeper = get_card_keeper()
    kept = keeper.find_card(setup.card_reference)
    if kept is None:
        messages.warning(
            request, _("We have no card yet. Please try again, or use a bank account.")
        )
        return go_to(request, "portal:autopay_how")
    instrument = Instrument(Method.CARD, keeper.name, kept.token, kept.tender)
    keep_setup(request.session, setup.with_instrument(instrument))
    return go_to(request, "portal:autopay_agree")


@require_http_methods(["GET", "POST"])
@for_holder
def agree(request: MemberRequest) -> HttpResponse:
    """Show what is agreed to, and keep the member's yes."""
    setup = _find(request)
    if setup is None or setup.instrument is None:
        return go_to(request, "portal:autopay_what")
    agreement = agreement_of(
        terms=setup.terms, tender=setup.tender, organisation=organisation().name
    )
    form = Agreed(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.agree(
            account=request.account,
            member_id=request.member.id,
            instrument=setup.instrument,
            terms=setup.terms,
            agreement=agreement,
            language=get_language() or "en",
            on=request.today,
            actor=request.actor,
        )
        forget_setup(request.session)
        messages.success(request, _("Automatic payments are set up. A copy is among your letters."))
        return go_to(request, "portal:autopay")
    context = {"form": form, "setup": setup, "agreement": agreement, "steps": step_names()}
    return show(request, "portal/autopay/agree.html", context)


def _find(request: MemberRequest) -> Setup | None:
    return find_setup(request.session, request.account.number)


def _ask_for_card(request: MemberRequest, setup: Setup) -> HttpResponse:
    # A new try is a new page: the last one may have been left, or refused.
    answer = get_card_keeper().ask_for_card(
        key=f"{setup.key}-{request.session.get('autopay_cards', 0)}",
        return_url=request.build_absolute_uri(reverse("portal:autopay_card")),
        cancel_url=request.build_absolute_uri(reverse("portal:autopay_how")),
        language=get_language() or "en",
    )
    request.session["autopay_cards"] = request.session.get("autopay_cards", 0) + 1
    if answer.outcome in {Outcome.DECLINED, Outcome.UNKNOWN}:
        messages.error(request, _("Our payment partner cannot be reached. Please try again later."))
        return go_to(request, "portal:autopay_how")
    keep_setup(request.session, replace(setup, card_reference=answer.reference))
    if answer.redirect_url:
        return HttpResponseRedirect(answer.redirect_url)
    return go_to(request, "portal:autopay_card")
