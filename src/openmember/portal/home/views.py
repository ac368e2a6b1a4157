"""The first page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from openmember.portal.guest.forms import NumberAndAmount
from openmember.ui.pages import show


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Offer to pay with the number at once, and the ways in."""
    return show(request, "portal/home/home.html", {"form": NumberAndAmount()})
