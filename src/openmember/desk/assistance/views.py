"""What waits to be decided, and one application with everything a decision rests on."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.accounts.queries import get_account
from openmember.assistance import queries
from openmember.assistance.policy import get_policy
from openmember.assistance.review import NoGuideline, Review, review
from openmember.assistance.services.deciding import percent_text
from openmember.assistance.types import (
    DECIDED,
    Application,
    Decision,
    Status,
    application_id,
)
from openmember.assistance.words import (
    CHANNELS,
    MISSING,
    PERIODS,
    PROGRAMS,
    PROOFS,
    REASONS,
    SOURCES,
)
from openmember.billing.overview import get_overview
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.opened import AccountRequest, Reason, account_page, open_account
from openmember.desk.pages import PAGE_SIZE, page_asked, page_of, show_account, show_desk
from openmember.documents.types import Scan
from openmember.documents.words import SCANS
from openmember.kernel.references import BadReference
from openmember.members.types import Scope
from openmember.ui.pages import go_to

SHOWN_INLINE = {"image/jpeg", "image/png"}


@require_safe
@desk_page(Scope.ASSIST)
def waiting(request: DeskRequest) -> HttpResponse:
    """List what came in and is not decided, the first promised first."""
    number = page_asked(request)
    listed, total = queries.list_waiting(
        today=timezone.localdate(), limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    values = {
        "listed": [
            (one, f"assistance_{one.status.value}", CHANNELS[one.channel]) for one in listed
        ],
        "total": total,
        "page": page_of(total, number),
    }
    return show_desk(request, "desk/assistance/waiting.html", values, place="assistance")


@require_POST
@desk_page(Scope.ASSIST)
def open_waiting(request: DeskRequest) -> HttpResponse:
    """Open the account of an application that waits, and go to it."""
    try:
        wanted = application_id(request.POST.get("application", ""))
        account_number = queries.find_account_of(application_id=wanted)
    except (BadReference, queries.UnknownApplication) as unknown:
        raise Http404 from unknown
    account = get_account(number=account_number)
    overview = get_overview(number=account.number, today=timezone.localdate())
    open_account(request, account=account, region=overview.region, reason=Reason.REVIEW)
    return go_to(request, "desk:application", request.POST["application"])


@require_safe
@account_page("applications", scope=Scope.ASSIST)
def applications(request: AccountRequest) -> HttpResponse:
    """List the account's applications."""
    known = queries.list_applications(numbers=request.opened.account.numbers)
    values = {
        "listed": [(one, f"assistance_{one.status.value}", CHANNELS[one.channel]) for one in known],
        "can_start": not any(one.status is Status.DRAFT or one.is_pending for one in known),
        "channels": [(channel.value, words) for channel, words in CHANNELS.items()][1:],
    }
    return show_account(request, "desk/assistance/list.html", values, place="assistance")


@require_safe
@account_page("application", scope=Scope.ASSIST)
def application(request: AccountRequest, reference: str) -> HttpResponse:
    """Show an application: the facts, the documents beside them, and what the rules make of it."""
    found = application_of(request, reference)
    reviewed, trouble = _review(request, found)
    numbers = request.opened.account.numbers
    values = {
        "application": found,
        "status": f"assistance_{found.status.value}",
        "channel": CHANNELS[found.channel],
        "programs": [PROGRAMS[one] for one in found.facts.programs],
        "incomes": [
            (SOURCES[one.source], one.amount_cents, PERIODS[one.period], one.yearly_cents)
            for one in found.facts.incomes
        ],
        "documents": [
            (
                one,
                PROOFS[one.proof],
                SCANS[one.scan],
                one.media_type in SHOWN_INLINE and one.scan is not Scan.WAITING,
            )
            for one in found.documents
        ],
        "review": reviewed,
        "trouble": trouble,
        "missing": [MISSING[one] for one in (reviewed.missing if reviewed else found.missing)],
        "proposal": _proposal(reviewed),
        "decisions": [
            (_described(one), queries.list_effects(decision=one, numbers=numbers))
            for one in found.decisions
        ],
        "moves": queries.list_moves(application=found),
        "is_over": found.status in DECIDED or found.status is Status.WITHDRAWN,
        "policy": get_policy(),
        "may_appeal": bool(
            found.status in DECIDED
            and found.decision
            and found.decision.appeal_by
            and found.decision.appeal_by >= request.opened.today
        ),
    }
    return show_account(request, "desk/assistance/application.html", values, place="assistance")


def application_of(request: AccountRequest, reference: str) -> Application:
    """Return an application of the account that is open; any other is not found."""
    try:
        return queries.get_application(
            numbers=request.opened.account.numbers, application_id=application_id(reference)
        )
    except (BadReference, queries.UnknownApplication) as unknown:
        raise Http404 from unknown


def say_refused(request: AccountRequest, refused: str) -> None:
    """Say that something could not be done, and why."""
    messages.error(request, _("%(refusal)s. Nothing was changed.") % {"refusal": refused})


def _review(request: AccountRequest, found: Application) -> tuple[Review | None, str]:
    if found.status not in {Status.DRAFT} and not found.is_pending:
        return None, ""
    try:
        return review(application=found, today=request.opened.today), ""
    except NoGuideline as none:
        return None, str(none)


def _proposal(reviewed: Review | None) -> dict[str, object] | None:
    if reviewed is None or reviewed.proposal is None:
        return None
    proposal = reviewed.proposal
    return {
        "status": f"assistance_{proposal.outcome.value}",
        "reasons": [REASONS[one] for one in proposal.reasons],
        "medical": percent_text(proposal.discount.medical_bps),
        "pharmacy": percent_text(proposal.discount.pharmacy_bps),
        "band": proposal.band_up_to,
        "percent": percent_text(reviewed.percent.hundredths) if reviewed.percent else "",
        "program": PROGRAMS[proposal.program] if proposal.program else "",
    }


def _described(decision: Decision) -> dict[str, object]:
    return {
        "decision": decision,
        "status": f"assistance_{decision.outcome.value}",
        "reasons": [REASONS[one] for one in decision.reasons],
        "medical": percent_text(decision.medical_bps),
        "pharmacy": percent_text(decision.pharmacy_bps),
    }
