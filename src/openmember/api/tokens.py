"""Where apps get, renew and give back tokens, and what tells them where. The protocol is the toolkit's.

Sources: RFC 6749, RFC 7009 (revocation), RFC 8414 and RFC 9728 (metadata), RFC 9700.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe
from oauth2_provider.views import OAuthServerMetadataView, RevokeTokenView, TokenView

from openmember.api import problems
from openmember.kernel import throttle
from openmember.kernel.visitors import address_of
from openmember.members.connections.types import Grant

View = Callable[..., HttpResponseBase]


def _bounded(view: View) -> View:
    """Answer 429 to an address that asks too often."""

    @wraps(view)
    def bounded(request: HttpRequest) -> HttpResponseBase:
        taken = throttle.count(
            scope="api-tokens",
            value=address_of(request),
            limit=settings.API_TOKEN_REQUESTS_A_MINUTE,
            window_seconds=60,
        )
        if taken.is_allowed:
            return view(request)
        wait = {"Retry-After": str(taken.resets_in_seconds)}
        return problems.answer(request, problems.Problem("too-many-requests", headers=wait))

    return bounded


token = csrf_exempt(require_POST(never_cache(_bounded(TokenView.as_view()))))
revoke = csrf_exempt(require_POST(never_cache(_bounded(RevokeTokenView.as_view()))))
metadata = require_safe(OAuthServerMetadataView.as_view())


@require_safe
def resource(request: HttpRequest) -> JsonResponse:
    """Say who gives tokens for the API, and which grants there are. Source: RFC 9728."""
    return JsonResponse(
        {
            "resource": f"{settings.SITE_URL}/api/v1",
            "authorization_servers": [settings.SITE_URL],
            "scopes_supported": [grant.value for grant in Grant],
            "bearer_methods_supported": ["header"],
            "resource_documentation": f"{settings.SITE_URL}/api/v1/",
        }
    )
