"""What every answer under /api/ has: problems for errors, an ETag on reads, what is left of the rate."""

import re
from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers

from openmember.api import problems
from openmember.kernel.throttle import Count

PREFIX = "/api/"
# The moment of reading is in many answers and changes each time; what was read may be the same.
_AS_OF = re.compile(rb'"as_of": ?"[^"]*"')


class Problems:
    """Middleware outside of all that may fail."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path_info.startswith(PREFIX):
            return response
        is_problem = response.get("Content-Type") == problems.MEDIA_TYPE
        if response.status_code >= 400 and not is_problem:
            response = _as_problem(request, response)
        _tell_rate(request, response)
        patch_vary_headers(response, ["Accept-Language", "Authorization"])
        # Health and money: neither a phone nor a proxy keeps a copy of its own accord.
        response.headers.setdefault("Cache-Control", "no-store")
        return _conditional(request, response)


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        answered = problems.answer(request, problems.of_status(response.status_code))
        answered.headers["Content-Language"] = translation.get_language() or "en"
    for name in ("Allow", "Retry-After"):
        if name in response:
            answered[name] = response[name]
    return answered


def _tell_rate(request: HttpRequest, response: HttpResponse) -> None:
    """Say what is left. Source: draft-ietf-httpapi-ratelimit-headers."""
    rates: dict[str, tuple[Count, int]] = request.META.get("OPENMEMBER_API_RATES", {})
    if rates:
        response["RateLimit-Policy"] = ", ".join(
            f'"{name}";q={count.limit};w={seconds}' for name, (count, seconds) in rates.items()
        )
        response["RateLimit"] = ", ".join(
            f'"{name}";r={count.remaining};t={count.resets_in_seconds}'
            for name, (count, _seconds) in rates.items()
        )


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if request.method not in {"GET", "HEAD"} or response.status_code != 200:
        return response
    if not response.get("Content-Type", "").startswith("application/json"):
        return response
    etag = f'W/"{sha256(_AS_OF.sub(b"", response.content)).hexdigest()[:32]}"'
    response["ETag"] = etag
    answered = get_conditional_response(request, etag=etag, response=response)
    for name in ("RateLimit", "RateLimit-Policy"):
        if name in response and answered is not None:
            answered[name] = response[name]
    return answered or response
