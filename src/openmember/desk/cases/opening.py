"""Opening a case for the member whose account is open."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openmember.accounts.queries import list_people
from openmember.cases.categories import (
    Category,
    UnknownCategory,
    get_category,
    list_open_categories,
)
from openmember.cases.queries import list_cases_of_member
from openmember.cases.services.opening import open_case
from openmember.cases.types import CaseRefused, Channel, NewCase
from openmember.cases.words import STATUSES, refusal
from openmember.desk.cases.forms import OpenForm
from openmember.desk.contacts.current import find_current, name_topic
from openmember.desk.opened import AccountRequest, Reason, account_page
from openmember.desk.pages import show_account
from openmember.directory.teams import list_teams
from openmember.members.queries import list_members
from openmember.members.types import Scope
from openmember.ui.pages import go_to

_CHANNELS = {Reason.IN_PERSON: Channel.IN_PERSON, Reason.LETTER: Channel.MAIL}


@require_safe
@account_page("cases", scope=Scope.CONTACT)
def of_account(request: AccountRequest) -> HttpResponse:
    """List the cases of the people on the account, and what a new one can be about."""
    people = _people(request)
    listed = [
        (name, one, f"case_{one.status.value}", STATUSES[one.status])
        for member_id, name in people
        for one in list_cases_of_member(member_id=member_id, actor=request.actor)
    ]
    groups = [(team, list_open_categories(team=team.code)) for team in list_teams()]
    values = {"listed": listed, "groups": [group for group in groups if group[1]]}
    return show_account(request, "desk/cases/account.html", values, place="cases_of_account")


@require_http_methods(["GET", "POST"])
@account_page("new_case", scope=Scope.CONTACT)
def new(request: AccountRequest, category: str) -> HttpResponse:
    """Ask what the category needs to know, and open the case."""
    about = _category(category)
    form = OpenForm(request.POST or None, category=about, people=_people(request))
    if request.method == "POST" and form.is_valid():
        running = find_current(request, request.opened.account)
        case = NewCase(
            category=about.code, member_id=form.cleaned_data["who"],
            channel=_CHANNELS.get(request.opened.reason, Channel.PHONE),
            account_number=request.opened.account.number, need=form.cleaned_data["need"],
            facts=form.facts, region=request.opened.overview.region,
        )  # fmt: skip
        try:
            found = open_case(
                new=case, now=timezone.now(), actor=request.actor,
                interaction_id=running.id if running else None,
            )  # fmt: skip
        except CaseRefused as refused:
            form.add_error(None, refusal(refused.name, str(refused)))
        else:
            if running and not running.topic:
                name_topic(request, running, topic=about.code, team=about.team)
            said = _("The case is open. Tell the member its number: %(number)s.")
            messages.success(request, said % {"number": found.number})
            if request.actor.may(Scope.WORK_CASES):
                return go_to(request, "desk:case", found.number)
            return go_to(request, "desk:cases_of_account")
    values = {"category": about, "form": form}
    return show_account(request, "desk/cases/new.html", values, place="cases_of_account")


def _people(request: AccountRequest) -> list[tuple[int, str]]:
    ids = [member_id for member_id, _how in list_people(number=request.opened.account.number)]
    return [(one.id, one.name) for one in list_members(member_ids=ids)]


def _category(code: str) -> Category:
    try:
        return get_category(code=code)
    except UnknownCategory as unknown:
        raise Http404 from unknown
