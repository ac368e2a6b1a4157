"""Questions about bills: the search, and each answer. Open to everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from openmember.billing.help.answers import find_answer, list_answers
from openmember.billing.help.answers import search as search_answers
from openmember.directory.queries import find_region
from openmember.directory.types import PhoneLine
from openmember.members import queries as members
from openmember.safety.detection import detect
from openmember.ui.pages import show

TYPED_AT_MOST = 120


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found for the words typed, or all questions.

    The words are posted: some type their bill pay number, and no address or log may hold it.
    """
    typed = request.POST.get("q", "").strip()[:TYPED_AT_MOST]
    values = {
        "typed": typed,
        "danger": detect(typed),
        "found": search_answers(text=typed) if typed else list_answers(),
        "all_answers": list_answers(),
        "lines": _own_lines(request),
    }
    return show(request, "portal/help/help.html", values, part="found")


@require_safe
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one answer."""
    found = find_answer(slug=slug)
    if found is None:
        raise Http404
    values = {"answer": found, "lines": _own_lines(request)}
    return show(request, "portal/help/answer.html", values)


def _own_lines(request: HttpRequest) -> tuple[PhoneLine, ...]:
    """Return the lines of the region of who is signed in; none for a visitor, who is shown all."""
    if not request.user.is_authenticated:
        return ()
    actor = members.actor_of(request.user)
    if actor.member_id is None:
        return ()
    region = find_region(code=members.get_member(member_id=actor.member_id).person.region)
    return region.member_services if region else ()
