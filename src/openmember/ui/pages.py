"""How views answer: a whole page, or the one part that htmx asked for."""

from collections.abc import Mapping

from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers


class SeeOther(HttpResponseRedirect):
    """A redirect after a form, which no browser repeats as a POST."""

    status_code = 303


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object] | None = None,
    *,
    part: str | None = None,
    status: int | None = None,
) -> HttpResponse:
    """Render `template`, or only its `part` when htmx asks. A form with errors answers 422.

    Where a form found danger in what was typed, the page begins with whom to call.
    """
    values = dict(context or {})
    code = status or _status(values)
    values.setdefault("alarm", _alarm(values))
    wanted = f"{template}#{part}" if part and wants_part(request) else template
    response = render(request, wanted, values, status=code)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go_to(request: HttpRequest, url_name: str, *args: object) -> HttpResponse:
    """Send the person to another page, with htmx or without."""
    address = reverse(url_name, args=args)
    if wants_part(request):
        return HttpResponse(status=200, headers={"HX-Redirect": address})
    return SeeOther(address)


def wants_part(request: HttpRequest) -> bool:
    """Return whether htmx asked for a part, and not for a whole page through a boosted link."""
    headers = request.headers
    whole = "HX-Boosted" in headers or "HX-History-Restore-Request" in headers
    return "HX-Request" in headers and not whole


def _status(values: Mapping[str, object]) -> int:
    forms = (value for value in values.values() if isinstance(value, BaseForm | BaseFormSet))
    return 422 if any(form.is_bound and not form.is_valid() for form in forms) else 200


def _alarm(values: Mapping[str, object]) -> object:
    """Return what a watched field of one of the forms found, or None."""
    forms = [value for value in values.values() if isinstance(value, BaseForm) and value.is_bound]
    found = (
        getattr(field.widget, "alarm", None) for form in forms for field in form.fields.values()
    )
    return next((alarm for alarm in found if alarm), None)
