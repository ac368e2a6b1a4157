"""Asking a member whether an app may act for them. The protocol is the toolkit's; the words are ours.

Sources: RFC 6749 (4.1), RFC 7636 (S256 alone), RFC 9700, RFC 9207.
"""

from typing import Any, cast
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from oauth2_provider.exceptions import OAuthToolkitError
from oauth2_provider.forms import AllowForm
from oauth2_provider.models import get_application_model
from oauth2_provider.views import AuthorizationView
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError

from openmember.kernel.audit import services as audit
from openmember.members.connections import queries
from openmember.members.connections.words import GRANTS
from openmember.portal.access import MemberRequest, for_holder


class Consent(AuthorizationView):
    """The page on which a member lets an app in, or does not."""

    template_name = "portal/connections/consent.html"

    def get(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        # The parameter of the toolkit's own that lets whoever claims the app's address in unasked.
        asked = request.GET.copy()
        asked.pop("approval_prompt", None)
        request.GET = asked  # type: ignore[assignment]  # a copy of the same kind
        return cast(HttpResponse, cast(Any, super()).get(request, *args, **options))

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**given)
        grants = queries.grants_of(self.oauth2_data.get("scopes", ()))
        context["reads"] = [GRANTS[one] for one in grants if not one.moves_money]
        context["moves"] = [GRANTS[one] for one in grants if one.moves_money]
        return context

    def render_to_response(self, context: Any, **options: Any) -> HttpResponse:
        response: HttpResponse = super().render_to_response(context, **options)
        if redirect := self.oauth2_data.get("redirect_uri"):
            # The answer sends the browser back to the app, which the page's policy has to let it.
            setattr(response, "_csp_update", {"form-action": [_source_of(redirect)]})  # noqa: B010  django-csp's hook
        return response

    def validate_authorization_request(self, request: HttpRequest) -> Any:
        scopes, credentials = cast(Any, super()).validate_authorization_request(request)
        _require_s256(credentials)
        return scopes, credentials

    def create_authorization_response(
        self, request: HttpRequest, scopes: str, credentials: dict[str, Any], allow: bool
    ) -> Any:
        # Once more: what stands in the page's hidden fields is whatever a browser sends.
        _require_s256(credentials)
        return cast(Any, super()).create_authorization_response(request, scopes, credentials, allow)

    def redirect(self, redirect_to: str, application: Any) -> HttpResponse:
        # An error is sent back before the toolkit has looked up whose addresses may have it.
        asked = self.request.GET.get("client_id", "")
        known = application or get_application_model().objects.filter(client_id=asked).first()
        response: HttpResponse = cast(Any, super()).redirect(redirect_to, known)
        return response

    def form_valid(self, form: AllowForm) -> HttpResponse:
        response: HttpResponse = cast(Any, super()).form_valid(form)
        allowed = form.cleaned_data["allow"] and response.status_code == 302
        ours = cast(MemberRequest, self.request)
        audit.record(
            actor=str(ours.actor), action="app.connect" if allowed else "app.refuse",
            account_number=ours.account.number, member_id=ours.member.id,
            client=form.cleaned_data["client_id"], grants=form.cleaned_data["scope"],
        )  # fmt: skip
        return response

    def form_invalid(self, form: AllowForm) -> HttpResponse:
        # Only somebody who wrote the form themselves comes here: nothing to correct, start again in the app.
        return self.render_to_response({"error": form}, status=400)


_view = Consent.as_view()


@for_holder
def authorize(request: MemberRequest) -> HttpResponse:
    """Ask a member who holds an account."""
    return cast(HttpResponse, _view(request))


def _require_s256(credentials: dict[str, Any]) -> None:
    """Refuse a challenge that is the verifier itself, which is the standard's default."""
    if credentials.get("code_challenge_method") != "S256":
        said = InvalidRequestError(
            description="code_challenge_method is S256", state=credentials.get("state")
        )
        raise OAuthToolkitError(error=said, redirect_uri=credentials["redirect_uri"])


def _source_of(redirect: str) -> str:
    parts = urlsplit(redirect)
    web = parts.scheme in {"http", "https"}
    return f"{parts.scheme}://{parts.netloc}" if web else f"{parts.scheme}:"
