"""Every address there is. No address holds a member's data, and never a bill pay number."""

from django.urls import include, path

from openmember.api import tokens
from openmember.config import health
from openmember.portal.connections.consent import authorize
from openmember.portal.device.leaving import SignOut

# The toolkit finds its own addresses by these names.
oauth = [
    path("oauth/authorize/", authorize, name="authorize"),
    path("oauth/token/", tokens.token, name="token"),
    path("oauth/revoke/", tokens.revoke, name="revoke-token"),
    path(".well-known/oauth-authorization-server", tokens.metadata, name="oauth-server-metadata"),
    path(
        ".well-known/oauth-protected-resource/api/v1",
        tokens.resource,
        name="oauth-resource-metadata",
    ),
]
urlpatterns = [
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    # Before the library's own, because leaving also empties the device.
    path("sign/logout/", SignOut.as_view(), name="account_logout"),
    path("sign/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("desk/", include("openmember.desk.urls")),
    path("api/", include("openmember.api.urls")),
    path("", include((oauth, "oauth2_provider"))),
    path("phone/", include("openmember.phone.urls")),
    path("", include("openmember.ui.urls")),
    path("", include("openmember.portal.urls")),
]

handler400 = "openmember.ui.errors.bad_request"
handler403 = "openmember.ui.errors.forbidden"
handler404 = "openmember.ui.errors.not_found"
# django-allauth answers with this one when it was asked too often.
handler429 = "openmember.ui.errors.too_many_requests"
handler500 = "openmember.ui.errors.server_error"
