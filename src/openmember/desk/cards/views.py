"""Cards asked for by mail: the list, each as paper, and what became of it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.coverage.cards import queries, services
from openmember.coverage.cards.printing import NoCardNow, print_card
from openmember.coverage.cards.types import CardRequest, card_request_id
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.pages import show_desk
from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference
from openmember.letters.types import LANGUAGES
from openmember.members.queries import get_member
from openmember.members.types import Scope
from openmember.ui.pages import go_to


@require_safe
@desk_page(Scope.FIND)
def cards(request: DeskRequest) -> HttpResponse:
    """List who waits for a card."""
    audit.record(actor=str(request.actor), action="card.list")
    values = {"waiting": queries.list_open_requests(), "as_of": timezone.now()}
    return show_desk(request, "desk/cards/list.html", values, place="cards")


@require_safe
@desk_page(Scope.FIND)
def card_pdf(request: DeskRequest, reference: str) -> HttpResponse:
    """Send the card as paper to cut and fold."""
    wanted = _request(reference)
    audit.record(
        actor=str(request.actor), action="card.print", account_number=wanted.account_number,
        member_id=wanted.member_id, request=wanted.reference,
    )  # fmt: skip
    language = get_member(member_id=wanted.member_id).person.language
    try:
        pdf = print_card(
            request=wanted, now=timezone.now(), language=language if language in LANGUAGES else "en"
        )
    except NoCardNow:
        messages.info(request, _("Nothing covers this member any more: call the request off."))
        return go_to(request, "desk:cards")
    name = f"card-{wanted.reference}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_POST
@desk_page(Scope.FIND)
def card_done(request: DeskRequest, reference: str) -> HttpResponse:
    """Note that a card was sent, or call it off."""
    wanted = _request(reference)
    close = services.cancel_card if request.POST.get("how") == "cancel" else services.send_card
    try:
        done = close(request_id=wanted.id, on=timezone.localdate(), actor=request.actor)
    except services.NotOpen:
        messages.info(request, _("Somebody dealt with this card before. Nothing was changed."))
    else:
        words = (
            _("Card %(reference)s is sent.") if done.sent_on else _("Card %(reference)s is off.")
        )
        messages.success(request, words % {"reference": done.reference})
    return go_to(request, "desk:cards")


def _request(reference: str) -> CardRequest:
    try:
        return queries.get_request(request_id=card_request_id(reference))
    except (BadReference, queries.UnknownRequest) as unknown:
        raise Http404 from unknown
