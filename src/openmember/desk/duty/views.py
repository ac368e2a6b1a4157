"""Where one is: the bar on every page, a page of its own, and the next piece of work."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openmember.cases.duty.services import be_seen, choose
from openmember.cases.duty.types import BreakKind, Cause, Duty, DutyState
from openmember.cases.types import CaseRefused
from openmember.cases.walkins.dangers.queries import list_to_look_at
from openmember.cases.words import BREAKS, DUTIES, refusal
from openmember.cases.work.queries import count_waiting, list_closed
from openmember.cases.work.types import Taken
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.callers.views import receive
from openmember.desk.contacts.current import CONTACT_KEY
from openmember.desk.duty.words import words_of
from openmember.desk.opened import close_account
from openmember.desk.pages import show_desk
from openmember.directory.teams import get_team
from openmember.members.types import Scope
from openmember.phone.pulling import pull_next
from openmember.phone.queries import get_handover
from openmember.ui.pages import go_to, show

# What one can say of oneself, with the key that says it.
CHOICES = (
    (DutyState.AVAILABLE, None, "A"),
    (DutyState.AFTER_CONTACT, None, "W"),
    (DutyState.BREAK, BreakKind.REST, "B"),
    (DutyState.BREAK, BreakKind.MEAL, "L"),
    (DutyState.BREAK, BreakKind.TRAINING, ""),
    (DutyState.BREAK, BreakKind.MEETING, ""),
    (DutyState.AWAY, None, "X"),
)


@require_safe
@desk_page(Scope.CONTACT)
def bar(request: DeskRequest) -> HttpResponse:
    """Say where the person is; asking for it is how their browser is heard of."""
    found = be_seen(now=timezone.now(), actor=request.actor)
    return show(request, "desk/duty/bar.html", _values(request, found))


@require_safe
@desk_page(Scope.CONTACT)
def presence(request: DeskRequest) -> HttpResponse:
    """Show where the person is, and what waits for them."""
    found = be_seen(now=timezone.now(), actor=request.actor)
    values = {**_values(request, found), **what_waits(request), "on_page": True}
    return show_desk(request, "desk/duty/page.html", values, place="duty")


@require_POST
@desk_page(Scope.CONTACT)
def say(request: DeskRequest) -> HttpResponse:
    """Say where one is: from the bar, or from the page."""
    state, _colon, kind = request.POST.get("state", "").partition(":")
    now, said = timezone.now(), ""
    try:
        found = choose(
            state=DutyState(state), break_kind=BreakKind(kind) if kind else None, now=now,
            actor=request.actor,
        )  # fmt: skip
    except ValueError:
        found = be_seen(now=now, actor=request.actor)
    except CaseRefused as refused:
        found, said = be_seen(now=now, actor=request.actor), refusal(refused.name, str(refused))
    if request.htmx:  # type: ignore[attr-defined]  # django-htmx sets it
        return show(request, "desk/duty/bar.html", {**_values(request, found), "refused": said})
    if said:
        messages.warning(request, said)
    return go_to(request, "desk:duty")


@require_POST
@desk_page(Scope.WORK_CASES)
def pull(request: DeskRequest) -> HttpResponse:
    """Give the person what comes first of all that waits for them, and go there."""
    try:
        taken = pull_next(now=timezone.now(), actor=request.actor)
    except CaseRefused as refused:
        messages.warning(request, refusal(refused.name, str(refused)))
        return go_to(request, "desk:contact")
    if taken is None:
        messages.info(request, _("Nothing waits for you now. You are available."))
        return go_to(request, "desk:duty")
    return _go(request, taken)


def what_waits(request: DeskRequest) -> dict[str, object]:
    """Return what waits for the person's teams, and which of these are closed."""
    if not request.actor.may(Scope.WORK_CASES):
        return {"waits": None, "closed": []}
    now = timezone.now()
    closed = list_closed(now=now, actor=request.actor)
    return {
        "waits": count_waiting(now=now, actor=request.actor),
        "closed": [(get_team(code=one.team).name, one.opens_at) for one in closed],
    }


def _go(request: DeskRequest, taken: Taken) -> HttpResponse:
    if taken.waiter is not None:
        receive(request, get_handover(handover_id=taken.waiter))
        return go_to(request, "desk:caller", taken.waiter)
    if taken.contact_id is not None:
        # What was proven of whoever was here before is not this one's.
        close_account(request)
        request.session[CONTACT_KEY] = taken.contact_id
        return go_to(request, "desk:contact_of", taken.contact_id)
    if taken.callback_id is not None:
        messages.info(
            request, _("You promised this member a call: call now, and write down how it went.")
        )
    return go_to(request, "desk:case", taken.case_number)


def _values(request: DeskRequest, found: Duty) -> dict[str, object]:
    return {
        "duty": found,
        "dangers": list_to_look_at(now=timezone.now(), actor=request.actor),
        "words": words_of(found),
        "was_set_away": found.cause is Cause.UNSEEN,
        "may_pull": request.actor.may(Scope.WORK_CASES),
        "choices": [
            {
                "value": f"{state.value}:{kind.value}" if kind else state.value,
                "words": BREAKS[kind] if kind else DUTIES[state],
                "key": key,
                "is_now": (found.state, found.break_kind) == (state, kind),
            }
            for state, kind, key in CHOICES
        ],
    }
