"""How often one person may search: more often than anybody works, and far less than it takes to read all."""

from django.http import HttpResponse

from openmember.desk.access import DeskRequest
from openmember.desk.pages import show_desk
from openmember.kernel import throttle
from openmember.kernel.audit import services as audit

# One every five seconds, over ten minutes: accounts, messages and scans at a counter together.
SEARCHES, WINDOW_SECONDS = 120, 600


def paused(request: DeskRequest) -> HttpResponse | None:
    """Count a search of this person, and return the page that says to wait; None where they may search."""
    made = throttle.count(
        scope="desk.search", value=str(request.actor), limit=SEARCHES, window_seconds=WINDOW_SECONDS
    )
    if made.is_allowed:
        return None
    audit.record(actor=str(request.actor), action="search.paused", made=made.count)
    minutes = -(-made.resets_in_seconds // 60)
    answer = show_desk(request, "desk/paused.html", {"minutes": minutes})
    answer.status_code = 429
    answer["Retry-After"] = str(made.resets_in_seconds)
    return answer
