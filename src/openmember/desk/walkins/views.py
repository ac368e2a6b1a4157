"""The room as whoever works there sees it, and checking somebody in."""

from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openmember.cases.policy import get_policy
from openmember.cases.walkins import queries
from openmember.cases.walkins.dangers.queries import list_dangers, list_to_look_at
from openmember.cases.walkins.kiosks.queries import list_kiosks
from openmember.cases.walkins.services import EVERYBODYS
from openmember.cases.walkins.services import check_in as give_number
from openmember.cases.walkins.types import Ticket, WalkinRefused
from openmember.cases.words import WALKIN_NEEDS_AT_DESK, WALKIN_REFUSALS
from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.pages import show_desk
from openmember.desk.walkins.forms import DeskCheckInForm
from openmember.desk.walkins.working import desk_of, office_of
from openmember.directory.facilities import Facility, opening_of_facility
from openmember.directory.routing.types import Need as Asked
from openmember.directory.teams import list_teams
from openmember.members.needs.words import needs_words
from openmember.members.skills import get_skills
from openmember.members.types import Scope
from openmember.ui.pages import go_to
from openmember.ui.spoken import name_of

PLACE = "walkins"
# Which tickets' words, and whose needs, this session has shown: reading them again is not audited again.
READ_KEY, NEEDS_KEY = "desk_walkins_read", "desk_walkin_needs"


@require_safe
@desk_page(Scope.CONTACT)
def room(request: DeskRequest) -> HttpResponse:
    """Show who waits, whom the person calls, and who did not come. The list asks again by itself."""
    office = office_of(request)
    if office is None:
        values = {"offices": queries.list_offices()}
        return show_desk(request, "desk/walkins/nowhere.html", values, place=PLACE)
    shown = _room(request, office)
    if request.GET.get("seen") == shown["seen"]:
        return HttpResponse(status=204)
    return show_desk(request, "desk/walkins/room.html", shown, place=PLACE, part="room")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Scope.CONTACT)
def check_in(request: DeskRequest) -> HttpResponse:
    """Give a number to somebody who stands before the person."""
    office = office_of(request)
    if office is None:
        return go_to(request, "desk:walkins")
    form = DeskCheckInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        now, given = timezone.now(), form.cleaned_data
        asked = Asked(
            moment=now, text=given["need"], region=office.region, language=given["language"]
        )
        try:
            found = give_number(
                new=form.said(office=office.code, asked=asked), now=now, actor=request.actor
            )
        except WalkinRefused as refused:
            form.add_error(None, str(WALKIN_REFUSALS[refused.name]))
        else:
            messages.success(request, _("Their number is %(number)s.") % {"number": found.spoken})
            return go_to(request, "desk:walkins")
    values = {
        "form": form, "office": office, "opening": opening_of_facility(office, moment=timezone.now())
    }  # fmt: skip
    return show_desk(request, "desk/walkins/check_in.html", values, place=PLACE)


@require_safe
@desk_page(Scope.CONTACT)
def dangers(request: DeskRequest) -> HttpResponse:
    """Show where somebody may be in danger: to who works there, and to supervisors once it is overdue."""
    found = list_to_look_at(now=timezone.now(), actor=request.actor)
    names = {one.code: one.name for one in queries.list_offices()}
    values = {
        "dangers": [{"one": one, "office": names.get(one.office, one.office)} for one in found]
    }
    return show_desk(request, "desk/walkins/dangers.html", values, place=PLACE)


def _room(request: DeskRequest, office: Facility) -> dict[str, Any]:
    now = timezone.now()
    known = frozenset(request.session.get(READ_KEY, ()))
    found = queries.get_room(office=office.code, now=now, actor=request.actor, known=known)
    speaks = {*EVERYBODYS, *get_skills(user_id=request.actor.id or 0).languages}
    topics = {team.code: team.name for team in list_teams()}

    def row(one: Ticket) -> dict[str, Any]:
        return {
            "ticket": one,
            "minutes": int((now - one.arrived_at).total_seconds() // 60),
            "language": name_of(one.language) if one.language != "en" else "",
            "is_spoken": one.language in speaks,
            "topic": topics.get(one.team, one.team),
            "needs": [words for need, words in WALKIN_NEEDS_AT_DESK.items() if need in one.needs],
        }

    waiting = [row(one) for one in found.waiting]
    mine = next((row(one) for one in found.called if one.user_id == request.actor.id), None)
    standing = _standing(request, mine["ticket"]) if mine else []
    shown = sorted(one.id for one in (*found.waiting, *found.called, *found.missed))
    # Kept only where it is another list: the room asks every ten seconds.
    if shown != request.session.get(READ_KEY, []):
        request.session[READ_KEY] = shown
    others = [one for one in found.called if one.user_id != request.actor.id]
    minutes = [one["minutes"] for one in waiting]
    dangers = list_dangers(office=office.code, now=now)
    return {
        "office": office,
        "desk": (mine and mine["ticket"].desk) or desk_of(request, office),
        "desks": range(1, office.desks + 1),
        "waiting": waiting,
        "mine": mine,
        "standing": standing,
        "kiosks": list_kiosks(office=office.code, now=now, actor=request.actor),
        "opening": opening_of_facility(office, moment=now),
        "others": others,
        "missed": found.missed,
        "served": found.served,
        "dangers": dangers,
        "longest": max(minutes, default=0),
        "policy": get_policy(),
        "seen": sha256(repr((found, minutes, dangers)).encode()).hexdigest()[:16],
    }


def _standing(request: DeskRequest, ticket: Ticket) -> list[str]:
    is_known = request.session.get(NEEDS_KEY) == ticket.id
    found = queries.get_standing_needs(ticket=ticket, is_known=is_known, actor=request.actor)
    if not is_known:
        request.session[NEEDS_KEY] = ticket.id
    return needs_words(found)
