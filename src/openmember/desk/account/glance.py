"""The member at a glance: what whoever answers must know first. Five statements beside the account's own."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from openmember.accounts.queries import list_members_on
from openmember.cases.callbacks.types import Window
from openmember.cases.glance import Glance, get_glance
from openmember.cases.words import CHANNELS, OUTCOMES, PRIORITIES, STATUSES
from openmember.coverage.cards.queries import map_covered
from openmember.coverage.cards.types import Change
from openmember.desk.account.people import OnAccount, list_people
from openmember.desk.cases.windows import in_words
from openmember.desk.opened import AccountRequest
from openmember.grievances.queue import list_open_of
from openmember.grievances.words import LEVELS, MATTERS, STEPS
from openmember.members.proxies.queries import list_proxies_of
from openmember.members.types import Scope


def glance_of(request: AccountRequest) -> dict[str, Any]:
    """Return what the pages show of the account that is open. Who answers nobody is told nothing of care."""
    account = request.opened.account
    known = list_members_on(number=account.number)
    glance: Glance | None = None
    if request.actor.may(Scope.CONTACT) or request.actor.may(Scope.WORK_CASES):
        glance = get_glance(member_ids=[one.id for one, _how in known], actor=request.actor)
    covered = map_covered(numbers=account.numbers, day=request.opened.today)
    proxies = list_proxies_of(member_ids=[one.id for one, _how in known], at=timezone.now())
    people = list_people(known, covered=covered, glance=glance, proxies=proxies)
    names = {one.member.id: one.member.person.name.first or one.member.name for one in people}
    return {
        "people": people,
        "changes": _changes(people),
        "holder": people[0],
        "glance": glance,
        "care": {**_care(glance, names), "disputes": _disputes(request, names)} if glance else {},
    }


def _changes(people: Sequence[OnAccount]) -> list[tuple[list[str], Change]]:
    """Return what changes about the coverage, once each, with the names of whom it changes for."""
    found: dict[Change, list[str]] = {}
    for one in people:
        for change in one.covered.changes:
            found.setdefault(change, []).append(one.member.name)
    return [(names, change) for change, names in found.items()]


def _disputes(request: AccountRequest, names: dict[int, str]) -> list[dict[str, Any]]:
    """Return the headline of each open dispute: what it is, who has it, and what comes next by when."""
    now = timezone.now()
    found = list_open_of(member_ids=list(names), actor=request.actor)
    return [
        {"dispute": one, "matter": MATTERS[one.matter], "level": LEVELS[one.level], "zone": ZoneInfo(one.zone),
         "step": STEPS[one.due_step] if one.due_step else "",
         "is_late": one.due_at is not None and one.due_at <= now}
        for one in found
    ]  # fmt: skip


def _care(glance: Glance, names: dict[int, str]) -> dict[str, Any]:
    now = timezone.now()
    return {
        "cases": [
            {"case": one, "name": names[one.member_id], "status": f"case_{one.status.value}",
             "words": STATUSES[one.status], "priority": PRIORITIES[one.priority],
             "is_late": one.due_at is not None and one.due_at <= now}
            for one in glance.cases
        ],
        "calls": [
            {"call": one, "name": names[one.member_id], "is_late": one.ends_at <= now,
             "words": in_words(Window(one.starts_at, one.ends_at), ZoneInfo(one.zone))}
            for one in glance.calls
        ],
        "contacts": [
            {"contact": one, "name": names[one.member_id], "channel": CHANNELS[one.channel],
             "outcome": OUTCOMES[one.outcome] if one.outcome else ""}
            for one in glance.contacts
        ],
        "more": glance.open_cases - len(glance.cases),
    }  # fmt: skip
