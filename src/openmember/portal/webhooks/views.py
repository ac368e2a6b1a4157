"""A gateway's messages. The signature stands in for a sign-in and a CSRF token."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from openmember.payments.gateways.protocol import GatewayUnreachable, NotGenuine
from openmember.payments.jobs import office_today
from openmember.payments.services import notifications


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the event is recorded or none of our business, 503 to have it sent again."""
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise Http404
    try:
        notifications.receive(
            gateway="stripe",
            payload=request.body,
            signature=request.headers.get("Stripe-Signature", ""),
            on=office_today(),
        )
    except NotGenuine:
        return HttpResponse(status=400)
    except GatewayUnreachable:
        return HttpResponse(status=503)
    return HttpResponse(status=200)
