"""What a person sees when something cannot be done: what happened, and what to do next."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from openmember.ui import context
from openmember.ui.types import Organisation

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: what was sent cannot be read."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: this person may not see or do this."""
    return _page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form that did not come from our page, or came too late. CSRF_FAILURE_VIEW."""
    return _page(request, 403, "csrf")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: there is no such page, or not for this person."""
    return _page(request, 404)


def too_many_requests(
    request: HttpRequest, exception: Exception | None = None, *, wait_seconds: int = 60
) -> HttpResponse:
    """Answer 429: too many tries; say how long to wait."""
    response = _page(request, 429, minutes=max(1, -(-wait_seconds // 60)))
    response["Retry-After"] = str(wait_seconds)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 from what needs neither database nor session nor a working page frame."""
    return _bare(request, 500)


def unavailable(
    request: HttpRequest, exception: Exception | None = None, *, wait_seconds: int = 300
) -> HttpResponse:
    """Answer 503: closed for maintenance, or a part we need does not answer."""
    response = _bare(request, 503)
    response["Retry-After"] = str(wait_seconds)
    return response


def _page(request: HttpRequest, status: int, kind: str = "", **values: object) -> HttpResponse:
    template = f"ui/errors/{status}{'_' + kind if kind else ''}.html"
    return render(request, template, {"status": status, **values}, status=status)


def _bare(request: HttpRequest, status: int) -> HttpResponse:
    known = _organisation()
    values = {
        "organisation": known,
        "help_lines": known.member_services if known else (),
        "request_id": request.META.get("OPENMEMBER_REQUEST_ID", ""),
    }
    return HttpResponse(render_to_string(f"ui/errors/{status}.html", values), status=status)


def _organisation() -> Organisation | None:
    try:
        return context.organisation()
    except Exception:  # Whatever broke the page may have broken this too; the page must still come.
        log.exception("The organisation's facts could not be read for an error page.")
        return None
