"""Asking a new question: what it is about, what we need to know, and files with it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openmember.cases.categories import Category, UnknownCategory, get_category, list_categories
from openmember.cases.documents.services import add_documents
from openmember.cases.services.opening import open_case, was_sent
from openmember.cases.types import Case, CaseRefused, Channel, NewCase
from openmember.directory.teams import list_teams
from openmember.documents.types import Refusal
from openmember.documents.words import REFUSALS_OF_ALL
from openmember.kernel import throttle
from openmember.portal.access import PersonRequest, for_member
from openmember.portal.cases.forms import AskForm
from openmember.ui.pages import go_to, show

CASES_A_DAY = 20
DAY_SECONDS = 86_400


@require_safe
@for_member
def choose(request: PersonRequest) -> HttpResponse:
    """Let the member say what it is about."""
    groups = [(team, list_categories(team=team.code, for_members=True)) for team in list_teams()]
    values = {"groups": [(team, categories) for team, categories in groups if categories]}
    return show(request, "portal/cases/choose.html", values)


@require_http_methods(["GET", "POST"])
@for_member
def ask(request: PersonRequest, category: str) -> HttpResponse:
    """Ask what the category needs to know, and open the case. What is a dispute is filed as one."""
    if _is_dispute(category):
        return go_to(request, "portal:dispute_new")
    about = _category(category)
    form = AskForm(request.POST or None, request.FILES or None, category=about)
    if request.method == "POST" and form.is_valid():
        # Pressing twice asks once; what failed may be sent again, because the key is kept with the case.
        if was_sent(key=form.cleaned_data["key"], actor=request.actor):
            return _say_sent(request)
        if not _is_within_a_day(request):
            messages.error(request, _("You asked many questions today. Please call us."))
            return go_to(request, "portal:cases")
        try:
            found = _open(request, about, form)
        except CaseRefused as refused:
            if refused.name != "sent_already":
                raise
            return _say_sent(request)
        return go_to(request, "portal:case", found.number)
    values = {"category": about, "form": form}
    return show(request, "portal/cases/ask.html", values)


def say_refused(request: PersonRequest, refused: tuple[tuple[str, Refusal], ...]) -> None:
    """Say of each file that was not taken why."""
    for name, refusal in refused:
        messages.error(
            request,
            _("%(name)s was not taken: %(reason)s.")
            % {"name": name, "reason": REFUSALS_OF_ALL[refusal]},
        )


def _is_dispute(code: str) -> bool:
    """Return whether a link of ours, old ones too, means what is filed as a dispute now."""
    if code == "complaint":
        return True
    return any(one.is_filed and one.code == code for one in list_categories())


def _category(code: str) -> Category:
    try:
        found = get_category(code=code)
    except UnknownCategory as unknown:
        raise Http404 from unknown
    if not found.is_for_members:
        raise Http404
    return found


def _say_sent(request: PersonRequest) -> HttpResponse:
    messages.info(request, _("This question was sent already."))
    return go_to(request, "portal:cases")


def _is_within_a_day(request: PersonRequest) -> bool:
    return throttle.is_allowed(
        scope="portal.cases", value=str(request.member.id), limit=CASES_A_DAY,
        window_seconds=DAY_SECONDS,
    )  # fmt: skip


def _open(request: PersonRequest, about: Category, form: AskForm) -> Case:
    new = NewCase(
        category=about.code, member_id=request.member.id, channel=Channel.PORTAL,
        need=form.cleaned_data["need"], facts=form.facts, language=get_language() or "",
        sent_as=form.cleaned_data["key"],
    )  # fmt: skip
    found = open_case(new=new, now=request.now, actor=request.actor)
    added = add_documents(
        case=found, uploads=form.cleaned_data["documents"], is_visible=True, now=request.now,
        actor=request.actor,
    )  # fmt: skip
    say_refused(request, added.refused)
    messages.success(
        request, _("We have your question. Its number is %(number)s.") % {"number": found.number}
    )
    return found
