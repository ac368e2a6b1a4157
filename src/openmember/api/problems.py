"""How the API refuses. Source: RFC 9457 (problem details)."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from openmember.api.kinds import KINDS

MEDIA_TYPE = "application/problem+json"


BY_STATUS = {
    400: "bad-request", 401: "unauthorized", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
    406: "not-acceptable", 413: "too-large", 422: "invalid", 429: "too-many-requests", 503: "unavailable",
}  # fmt: skip


class Problem(Exception):
    """A refusal. `facts` are told beside it, `headers` go with it; `detail` replaces the usual words."""

    def __init__(
        self,
        kind: str,
        *,
        detail: str | Promise = "",
        headers: dict[str, str] | None = None,
        **facts: Any,
    ) -> None:
        super().__init__(kind)
        self.kind, self.detail, self.headers, self.facts = kind, detail, headers or {}, facts


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return a refusal as the API sends it, in the language now in force."""
    kind = KINDS[problem.kind]
    body = {
        "type": f"{settings.SITE_URL}/api/v1/#problem-{problem.kind}",
        "title": str(kind.title),
        "status": kind.status,
        "detail": str(problem.detail or kind.detail),
        "request_id": request.META.get("OPENMEMBER_REQUEST_ID", ""),
        **problem.facts,
    }
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=kind.status, content_type=MEDIA_TYPE, headers=problem.headers)


def of_status(status: int) -> Problem:
    """Return the refusal that stands for a status somebody else answered with."""
    return Problem(BY_STATUS.get(status, "server-error" if status >= 500 else "bad-request"))
