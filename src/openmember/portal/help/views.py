"""The help: the search, the topics, and each answer with the action it ends in. Open to everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from openmember.directory.help.answers import Answer, find_answer, list_answers, list_topics
from openmember.directory.help.answers import search as search_answers
from openmember.directory.queries import find_region
from openmember.directory.routing.routing import route
from openmember.directory.routing.types import Need
from openmember.directory.types import PhoneLine
from openmember.portal.contact.showing import shown
from openmember.portal.contact.views import home_region
from openmember.safety.detection import detect
from openmember.ui.pages import show

TYPED_AT_MOST = 120


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found for the words typed, or all questions by topic.

    The words are posted: some type their bill pay number, and no address or log may hold it.
    """
    typed = request.POST.get("q", "").strip()[:TYPED_AT_MOST]
    values = {
        "typed": typed,
        "danger": detect(typed),
        "found": search_answers(text=typed) if typed else (),
        "topics": list_topics(),
        "lines": _own_lines(request),
    }
    return show(request, "portal/help/help.html", values, part="found")


@require_safe
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one answer, where to act on it, and whose line helps further, open now or when."""
    found = find_answer(slug=slug)
    if found is None:
        raise Http404
    home = home_region(request)
    need = Need(
        moment=timezone.now(), topic=found.team, region=home, home_region=home,
        is_region_verified=bool(home), language=translation.get_language() or "en",
    )  # fmt: skip
    values = {
        "answer": found,
        "act_url": _act_url(found),
        "home": home,
        "contact": shown(route(need)),
        "near": [one for one in list_answers() if one.topic == found.topic and one != found][:5],
    }
    return show(request, "portal/help/answer.html", values)


def _act_url(found: Answer) -> str:
    return reverse(found.page, args=[found.page_about] if found.page_about else [])


def _own_lines(request: HttpRequest) -> tuple[PhoneLine, ...]:
    """Return the lines of the region of who is signed in; none for a visitor, who is shown all."""
    region = find_region(code=home_region(request))
    return region.member_services if region else ()
