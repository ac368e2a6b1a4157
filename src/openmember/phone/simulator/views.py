"""A keypad in the browser. It drives the signed webhooks; the call is kept in the session."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from openmember.phone.simulator.carrier import Carrier, LineRefused
from openmember.ui.pages import go_to, show

SESSION_KEY = "phone_simulator"
KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#")
KEYS_AT_MOST = 24


@never_cache
@require_http_methods(["GET", "POST"])
def keypad(request: HttpRequest) -> HttpResponse:
    """Show what the caller hears; each button is one thing a caller can do."""
    if not settings.PHONE_SIMULATOR:
        raise Http404
    kept = request.session.get(SESSION_KEY)
    if request.method == "POST":
        try:
            request.session[SESSION_KEY] = _act(request, kept)
        except LineRefused:
            request.session.pop(SESSION_KEY, None)
        return go_to(request, "phone:simulator")
    typed = kept["typed"] if kept else ""
    values = {
        "heard": kept["heard"] if kept else None,
        "typed": "•" * len(typed),
        "keys": KEYS,
    }
    return show(request, "phone/simulator.html", values)


def _act(request: HttpRequest, kept: dict[str, Any] | None) -> dict[str, Any] | None:
    act = request.POST.get("act", "")
    if act in {"call", "relay"} or kept is None:
        carrier = Carrier()
        carrier.call(relay=act == "relay")
        return {**carrier.as_json(), "typed": ""}
    carrier = Carrier.from_json(kept)
    if act == "hang_up":
        carrier.hang_up()
        return None
    if act in _ACTS:
        _ACTS[act](carrier)
        return {**carrier.as_json(), "typed": ""}
    key = request.POST.get("key", "")
    typed = request.POST.get("keys", "")[:KEYS_AT_MOST]
    if key in KEYS:
        return _type(carrier, f"{kept['typed']}{key}")
    return _type(carrier, typed, is_whole=True) if typed else kept


_ACTS: dict[str, Callable[[Carrier], object]] = {
    "card": Carrier.give_card,
    "stop": lambda carrier: carrier.give_card(result="caller-interrupted-with-star"),
    "talk": Carrier.talk,
    "listen": Carrier.listen,
    "silence": lambda carrier: carrier.press(""),
}


def _type(carrier: Carrier, typed: str, *, is_whole: bool = False) -> dict[str, Any]:
    """Collect keys as a carrier does: one for a menu, up to # for an entry."""
    one_key = carrier.heard is None or carrier.heard.one_key
    if is_whole or one_key or typed.endswith("#") or len(typed) >= KEYS_AT_MOST:
        carrier.press(typed)
        typed = ""
    return {**carrier.as_json(), "typed": typed}
