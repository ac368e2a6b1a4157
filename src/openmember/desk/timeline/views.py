"""Everything of the account in one order, by kind, page after page."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from openmember.accounts.queries import list_members_on
from openmember.cases.interactions.types import Outcome
from openmember.cases.interpreters.types import State
from openmember.cases.timeline import Happened, Happening, Moment, list_happened
from openmember.cases.types import Channel, Status
from openmember.cases.words import CHANNELS, INTERPRETER_STATES, OUTCOMES, STATUSES
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.kernel.references import reference
from openmember.members.needs.types import InterpreterMode
from openmember.members.needs.words import MODES
from openmember.members.types import Scope
from openmember.ui.spoken import name_of
from openmember.ui.statuses import words_for

KINDS: dict[Happening, Promise] = {
    Happening.PAYMENT: _("Payment"),
    Happening.BILL: _("Bill"),
    Happening.CASE: _("Case"),
    Happening.CONTACT: _("Contact"),
    Happening.LETTER: _("Letter"),
    Happening.INTERPRETER: _("Interpreter"),
}


@require_safe
@account_page("timeline")
def timeline(request: AccountRequest) -> HttpResponse:
    """Show a page of what happened. The next begins after the last line of this one."""
    account = request.opened.account
    people = list_members_on(number=account.number)
    asked = request.GET.get("kind", "")
    kinds = (Happening(asked),) if asked in set(Happening) else tuple(Happening)
    found, following = list_happened(
        numbers=account.numbers, member_ids=[one.id for one, _how in people], kinds=kinds,
        after=Moment.of_text(request.GET.get("after", "")), actor=request.actor,
    )  # fmt: skip
    names = {one.id: one.person.name.first or one.name for one, _how in people}
    values = {
        "rows": [_line(request, one, names) for one in found],
        "next": following.as_text() if following else "",
        "is_first": "after" not in request.GET,
        "kinds": list(KINDS.items()),
        "kind": asked,
    }
    return show_account(request, "desk/timeline.html", values, place="timeline")


def _line(request: AccountRequest, one: Happened, names: dict[int, str]) -> dict[str, Any]:
    what, state, url = _SHOWN[one.kind](request, one)
    return {
        "kind": KINDS[one.kind], "at": one.at, "what": what, "state": state, "url": url,
        "cents": one.amount_cents, "name": names.get(one.member_id or 0, ""),
    }  # fmt: skip


def _payment(request: AccountRequest, one: Happened) -> tuple[str, str, str]:
    name = reference("P", one.id)
    return name, str(words_for(one.state).label), reverse("desk:payment", args=[name])


def _bill(request: AccountRequest, one: Happened) -> tuple[str, str, str]:
    state = _("Open") if one.state == "open" else ""
    return one.what, str(state), reverse("desk:bill", args=[reference("B", one.id)])


def _case(request: AccountRequest, one: Happened) -> tuple[str, str, str]:
    url = reverse("desk:case", args=[one.name]) if request.actor.may(Scope.WORK_CASES) else ""
    return f"{one.name} {one.what}", str(STATUSES[Status(one.state)]), url


def _contact(request: AccountRequest, one: Happened) -> tuple[str, str, str]:
    outcome = OUTCOMES[Outcome(one.state)] if one.state else _("Still going on")
    who = f", {one.name}" if one.name else ""
    return (
        f"{CHANNELS[Channel(one.what)]}{who}", str(outcome), reverse("desk:contact_of", args=[one.id])
    )  # fmt: skip


def _letter(request: AccountRequest, one: Happened) -> tuple[str, str, str]:
    return one.name or one.what.replace("_", " ").capitalize(), "", ""


def _interpreter(request: AccountRequest, one: Happened) -> tuple[str, str, str]:
    what = f"{name_of(one.what)}, {MODES[InterpreterMode(one.name)]}"
    return what, str(INTERPRETER_STATES[State(one.state)]), reverse("desk:interpreter_visits")


_SHOWN = {
    Happening.PAYMENT: _payment,
    Happening.BILL: _bill,
    Happening.CASE: _case,
    Happening.CONTACT: _contact,
    Happening.LETTER: _letter,
    Happening.INTERPRETER: _interpreter,
}
