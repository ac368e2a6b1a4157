"""Who works at a counter, and where: the facility is that of the person's location."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.opened import AccountRequest
from openmember.desk.pages import show_desk
from openmember.directory.facilities import Facility, find_facility
from openmember.directory.queries import zone_of
from openmember.members.types import Scope
from openmember.payments.drawers import queries
from openmember.payments.drawers.types import Drawer

Rest = ParamSpec("Rest")


@dataclass(frozen=True, slots=True)
class Counter:
    """Where somebody works, the drawer they have open, and what day it is there."""

    facility: Facility
    drawer: Drawer | None
    today: date


class CounterRequest(DeskRequest):
    """A request of somebody who works at a counter."""

    counter: Counter


class TakingRequest(AccountRequest):
    """A request of a cashier with an account and a drawer open."""

    counter: Counter


def counter_page(
    scope: Scope = Scope.TAKE_PAYMENT,
) -> Callable[
    [Callable[Concatenate[CounterRequest, Rest], HttpResponse]],
    Callable[Concatenate[HttpRequest, Rest], HttpResponse],
]:
    """Give a view `request.counter`. Somebody who works at no facility is told so."""

    def decorate(
        view: Callable[Concatenate[CounterRequest, Rest], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
        @desk_page(scope)
        @wraps(view)
        def guarded(request: DeskRequest, /, *args: Rest.args, **rest: Rest.kwargs) -> HttpResponse:
            counter = counter_of(request)
            if counter is None:
                return show_desk(request, "desk/counter/nowhere.html", {}, place="counter")
            working = cast(CounterRequest, request)
            working.counter = counter
            return view(working, *args, **rest)

        return guarded

    return decorate


def has_counter(request: DeskRequest) -> bool:
    """Return whether there is a counter where the person works: cash and checks are taken only there."""
    return find_facility(location=getattr(request.user, "location", "")) is not None


def counter_of(request: DeskRequest) -> Counter | None:
    """Return where the person works, or None when their location has no counter."""
    facility = find_facility(location=getattr(request.user, "location", ""))
    if facility is None:
        return None
    return Counter(
        facility=facility,
        drawer=queries.find_drawer(actor=request.actor),
        today=timezone.localdate(timezone=zone_of(region=facility.region)),
    )
