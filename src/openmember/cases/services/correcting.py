"""Setting right what a case says: its facts, what it is about, its priority; and ticking its checklist."""

import json
from collections.abc import Mapping
from datetime import datetime

from openmember.cases.categories import get_category
from openmember.cases.clocks.types import ClockEvent, ClockEventKind
from openmember.cases.services.opening import checked_facts
from openmember.cases.services.steps import again, append, change, clock, locked, name_of
from openmember.cases.types import Case, CaseRefused, Priority
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor


def correct_facts(
    *, case: Case, facts: Mapping[str, str], expected_version: int, now: datetime, actor: Actor
) -> Case:
    """Write down the answers to the category's questions. An empty answer takes one back.

    Errors: NotAllowed; EditedMeanwhile; CaseRefused `bad_fact`, `facts_missing`.
    """
    with locked(case, actor=actor, expected_version=expected_version) as found:
        category = get_category(code=found.category)
        # Of facts nobody was asked about here, what is known stays.
        kept = {code: value for code, value in found.facts.items() if code not in facts}
        answered = {**kept, **checked_facts(category=category, facts=facts)}
        if missing := category.missing(answered):
            raise CaseRefused("facts_missing", ", ".join(fact.code for fact in missing))
        changed = sorted(
            code
            for code in {*answered, *found.facts}
            if answered.get(code) != found.facts.get(code)
        )
        if changed:
            change(found.id, facts=json.dumps(answered))
            append(found, "facts", at=now, actor=actor, changed=changed)
    return again(case.id)


def set_priority(
    *, case: Case, priority: Priority, why: str, expected_version: int, now: datetime, actor: Actor
) -> Case:
    """Say what comes first. Errors: NotAllowed; EditedMeanwhile; CaseRefused `nothing_said`."""
    with locked(case, actor=actor, expected_version=expected_version) as found:
        if not why.strip():
            raise CaseRefused("nothing_said", "say why")
        if found.priority is not priority:
            change(found.id, priority=int(priority))
            append(
                found, "priority", at=now, actor=actor, before=int(found.priority),
                to=int(priority), why=why.strip(),
            )  # fmt: skip
    return again(case.id)


def set_category(
    *, case: Case, category: str, why: str, expected_version: int, now: datetime, actor: Actor
) -> Case:
    """Say that a case is about something else of the same team; its promise never moves later by it.

    Errors: NotAllowed; UnknownCategory; EditedMeanwhile; CaseRefused `other_team`: hand it over instead.
    """
    to = get_category(code=category)
    with locked(case, actor=actor, expected_version=expected_version) as found:
        if to.team != get_category(code=found.category).team:
            raise CaseRefused("other_team", "this is another team’s: hand the case over")
        if to.code != found.category:
            change(found.id, category=to.code)
            append(
                found, "category", at=now, actor=actor, before=found.category, to=to.code, why=why
            )
            if found.is_open:
                clock(
                    found,
                    ClockEvent(now, ClockEventKind.CHANGED, rule=to.rule),
                    actor=actor,
                    why=why,
                )
    return again(case.id)


def extend_clock(*, case: Case, added: int, why: str, now: datetime, actor: Actor) -> Case:
    """Give a case more time, in its clock's own unit, and say why to the member.

    Errors: NotAllowed; CaseRefused `nothing_said`, `not_running`, `bad_length`.
    """
    with locked(case, actor=actor) as found:
        if not why.strip():
            raise CaseRefused("nothing_said", "say why it takes longer")
        if not found.is_open:
            raise CaseRefused("not_running", "the clock of this case does not run")
        if not 0 < added <= 60:
            raise CaseRefused("bad_length", "give 1 to 60 more")
        clock(
            found,
            ClockEvent(now, ClockEventKind.EXTENDED, added=added),
            actor=actor,
            why=why.strip(),
        )
        append(found, "extended", at=now, actor=actor, is_visible=True, why=why.strip())
    return again(case.id)


def tick(*, case: Case, item: str, is_done: bool, now: datetime, actor: Actor) -> None:
    """Tick an item of the checklist, or take the tick back. Again does nothing.

    Errors: NotAllowed; CaseRefused `unknown_item`.
    """
    with locked(case, actor=actor) as found:
        if item not in {one.code for one in get_category(code=found.category).steps}:
            raise CaseRefused("unknown_item", "the checklist has no such item")
        facts = {
            "case": found.id,
            "item": item,
            "at": now,
            "actor": str(actor),
            "name": name_of(actor),
        }
        changed = fetch_all(_TICK if is_done else _UNTICK, facts)
        if changed:
            append(found, "ticked" if is_done else "unticked", at=now, actor=actor, item=item)


_TICK = (
    "INSERT INTO cases_tick (case_id, item, at, actor, actor_name)"
    " VALUES (%(case)s, %(item)s, %(at)s, %(actor)s, %(name)s) ON CONFLICT DO NOTHING RETURNING item"
)
_UNTICK = "DELETE FROM cases_tick WHERE case_id = %(case)s AND item = %(item)s RETURNING item"
