"""Opening a case: by a member online, or by whoever answers them."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from openmember.accounts.queries import find_account_held_by, list_accounts_of
from openmember.cases.categories import Category, get_category, in_language
from openmember.cases.clocks.types import ClockEvent, ClockEventKind
from openmember.cases.numbers import case_number
from openmember.cases.policy import hours_of
from openmember.cases.repeats.queries import find_contact_point
from openmember.cases.services.steps import again, append, clock
from openmember.cases.types import Case, CaseRefused, Channel, NewCase
from openmember.directory.queries import zone_of
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.queries import get_member
from openmember.members.types import Actor, NotAllowed, Scope

FACT_AT_MOST = 500


@transaction.atomic
def open_case(
    *, new: NewCase, now: datetime, actor: Actor, interaction_id: int | None = None
) -> Case:
    """Open a case, start its clock, and return it with its number.

    Shape:  a member opens their own; whoever has CONTACT or WORK_CASES opens one for anybody or nobody yet.
            Where the member has a single point of contact, the case is that person's.
    Errors: NotAllowed; UnknownCategory; CaseRefused `facts_missing`, naming them, `bad_fact`,
            `sent_already`.
    """
    _require(new, actor)
    category = get_category(code=new.category)
    facts = checked_facts(category=category, facts=new.facts)
    if missing := category.missing(facts):
        raise CaseRefused("facts_missing", ", ".join(fact.code for fact in missing))
    case = again(_insert(new, category, facts, now, actor))
    append(
        case, "opened", at=now, actor=actor, is_visible=True, category=case.category,
        channel=case.channel.value, owner_id=case.owner_id,
    )  # fmt: skip
    hours = hours_of(team=case.team, region=case.region)
    started = ClockEvent(now, ClockEventKind.STARTED, rule=category.rule, hours=hours)
    clock(case, started, actor=actor)
    if interaction_id is not None:
        link_interaction(case=case, interaction_id=interaction_id, now=now, actor=actor)
    return again(case.id)


def was_sent(*, key: str, actor: Actor) -> bool:
    """Return whether the actor opened a case with this form before."""
    row = fetch_one(
        "SELECT 1 AS yes FROM cases_case WHERE opened_by = %(actor)s AND sent_as = %(key)s",
        {"actor": str(actor), "key": key},
    )
    return row is not None


def link_interaction(*, case: Case, interaction_id: int, now: datetime, actor: Actor) -> None:
    """Note that a contact was about a case. Again does nothing."""
    added = fetch_one(
        "INSERT INTO cases_interaction_case (interaction_id, case_id, at)"
        " VALUES (%(interaction)s, %(case)s, %(at)s) ON CONFLICT DO NOTHING RETURNING case_id",
        {"interaction": interaction_id, "case": case.id, "at": now},
    )
    if added:
        append(case, "contact", at=now, actor=actor, interaction_id=interaction_id)


def checked_facts(*, category: Category, facts: Mapping[str, str]) -> dict[str, str]:
    """Return the answers to the category's questions, trimmed. Errors: CaseRefused `bad_fact`."""
    kinds = {fact.code: fact.kind for fact in category.facts}
    found: dict[str, str] = {}
    for code, answer in facts.items():
        text = str(answer).strip()[:FACT_AT_MOST]
        if code not in kinds or not text:
            continue
        if kinds[code] == "date":
            try:
                text = date.fromisoformat(text).isoformat()
            except ValueError as wrong:
                raise CaseRefused("bad_fact", code) from wrong
        found[code] = text
    return found


def _require(new: NewCase, actor: Actor) -> None:
    if actor.kind == "member":
        if new.member_id is None or new.channel not in {Channel.PORTAL, Channel.MESSAGE}:
            raise NotAllowed(Scope.CONTACT)
        return
    if not (actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)):
        raise NotAllowed(Scope.CONTACT)


def _insert(
    new: NewCase, category: Category, facts: dict[str, str], now: datetime, actor: Actor
) -> int:
    known = _known(new)
    language = new.language or known["language"] or "en"
    region = new.region or known["region"]
    owner = find_contact_point(member_id=new.member_id) if new.member_id else None
    count = fetch_one("SELECT nextval('cases_number') AS count").count
    row = fetch_one(
        "INSERT INTO cases_case (number, category, team, region, topic, priority, status, member_id,"
        " account_number, subject, need, language, channel, owner_id, owner_name, facts, opened_at, opened_by,"
        " sent_as)"
        " VALUES (%(number)s, %(category)s, %(team)s, %(region)s, %(topic)s, %(priority)s, 'new', %(member)s,"
        " %(account)s, %(subject)s, %(need)s, %(language)s, %(channel)s, %(owner)s, %(owner_name)s,"
        " %(facts)s, %(now)s, %(actor)s, %(sent_as)s)"
        " ON CONFLICT (opened_by, sent_as) WHERE sent_as IS NOT NULL DO NOTHING RETURNING id",
        {
            "number": case_number(count, now.astimezone(zone_of(region=region)).year),
            "category": category.code,
            "team": new.team or category.team,
            "region": region,
            "topic": new.topic or category.code,
            "priority": int(new.priority or category.priority),
            "member": new.member_id,
            "account": new.account_number or known["account"],
            "subject": (new.subject.strip() or in_language(category.titles, language))[:160],
            "need": new.need.strip(),
            "language": language,
            "channel": new.channel.value,
            "owner": owner.owner_id if owner else None,
            "owner_name": owner.owner_name if owner else "",
            "facts": json.dumps(facts),
            "now": now,
            "actor": str(actor),
            "sent_as": new.sent_as or None,
        },
    )
    if row is None:
        raise CaseRefused("sent_already", "this question was sent already")
    return int(row.id)


def _known(new: NewCase) -> dict[str, Any]:
    """Return what the member's record says where the new case does not."""
    if new.member_id is None:
        return {"language": "", "region": "", "account": None}
    person = get_member(member_id=new.member_id).person
    return {
        "language": person.language,
        "region": person.region,
        "account": None if new.account_number else account_of(member_id=new.member_id),
    }


def account_of(*, member_id: int) -> str | None:
    """Return the account a member answers for, else one they are on."""
    held = find_account_held_by(member_id=member_id)
    if held:
        return held.number
    on = list_accounts_of(member_ids=[member_id])
    return on[0][1] if on else None


def forget_draft(*, case: Case, actor: Actor) -> None:
    """Drop what the actor was writing, now that it was sent."""
    fetch_all(
        "DELETE FROM cases_draft WHERE case_id = %(case)s AND user_id = %(user)s",
        {"case": case.id, "user": actor.id},
    )
