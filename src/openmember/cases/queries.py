"""Reading cases, always for somebody: whoever may not see one does not learn that there is one."""

from dataclasses import replace
from typing import Any

from openmember.cases import rules
from openmember.cases.categories import get_category, shown_subject
from openmember.cases.clocks.rules import clock_state
from openmember.cases.clocks.types import ClockState
from openmember.cases.numbers import read_number
from openmember.cases.rows import (
    CASE,
    CLOCK_KINDS,
    case_from_row,
    clock_event_from_row,
)
from openmember.cases.rules import Reader
from openmember.cases.types import Case, Sight
from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.skills import skills_of
from openmember.members.types import Actor, NotAllowed, Scope


class UnknownCase(Exception):
    """No case of this number, or none that the actor may see."""


# Whom an offer `t` of a case `c` is made to, and so whom it opens the case to: the person it names; supervisors
# of the region; else the team's people who work in the region. Asked with `offer_values`.
OFFERED_TO = """
(t.to_user_id = %(user)s
 OR (%(all_regions)s OR c.region = ANY (%(regions)s))
    AND CASE WHEN t.to_supervisor THEN %(supervises)s
             ELSE t.to_user_id IS NULL AND t.to_team = ANY (%(teams)s) END)
"""
# A merged case leads to the one it was merged into.
_BY_NUMBER = f"""
SELECT {CASE},
       EXISTS (SELECT FROM cases_transfer t WHERE t.case_id = c.id AND t.state = 'offered'
               AND {OFFERED_TO}) AS is_offered
FROM cases_case asked JOIN cases_case c ON c.id = coalesce(asked.merged_into, asked.id)
WHERE asked.number = %(number)s
"""  # noqa: S608  names of our own columns


def reader_of(*, actor: Actor) -> Reader:
    """Return the actor with the teams, languages and regions they work for."""
    skills = skills_of(actor=actor)
    return Reader(actor, skills.teams, skills.languages, skills.regions)


def get_case(*, number: str, actor: Actor) -> Case:
    """Return the case a number leads to, all of it, for somebody on the staff; the read is audited.

    Errors: UnknownCase, also where the actor may not see all of it.
    """
    case, _is_offered = _staff_case(number, actor)
    return case


def may_work(*, case: Case, actor: Actor) -> bool:
    """Return whether somebody on the staff may change a case."""
    reader = reader_of(actor=actor)
    return rules.may_work(case, reader, is_offered=is_offered_to(case=case, reader=reader))


def is_offered_to(*, case: Case, reader: Reader) -> bool:
    """Return whether an offer of the case waits for this reader's answer."""
    return (
        fetch_one(
            "SELECT 1 AS yes FROM cases_transfer t JOIN cases_case c ON c.id = t.case_id"  # noqa: S608  text of our own
            f" WHERE t.case_id = %(id)s AND t.state = 'offered' AND {OFFERED_TO} LIMIT 1",
            {"id": case.id, **offer_values(reader=reader)},
        )
        is not None
    )


def offer_values(*, reader: Reader) -> dict[str, Any]:
    """Return what `OFFERED_TO` is asked with."""
    return {
        "user": reader.actor.id,
        "teams": list(reader.teams),
        "supervises": reader.actor.may(Scope.SUPERVISE_CARE),
        "all_regions": not reader.regions,
        "regions": [*reader.regions, ""],
    }


def get_own_case(*, number: str, member_ids: tuple[int, ...], actor: Actor) -> Case:
    """Return a case of one of these members, for them; the read is audited. Errors: UnknownCase."""
    row = _by_number(number, Reader(actor, frozenset()))
    case = case_from_row(row) if row else None
    if case is None or case.member_id not in member_ids:
        raise UnknownCase(number)
    _note_read(case, actor)
    return case


def list_own_cases(*, member_ids: tuple[int, ...], limit: int = 100) -> tuple[Case, ...]:
    """Return the cases of these members, for them: the open ones first, then the newest."""
    rows = fetch_all(
        f"SELECT {CASE} FROM cases_case c WHERE c.member_id = ANY (%(ids)s) AND c.merged_into IS NULL"  # noqa: S608  names of our own columns
        " ORDER BY c.is_open DESC, c.id DESC LIMIT %(limit)s",
        {"ids": list(member_ids), "limit": limit},
    )
    return tuple(case_from_row(row) for row in rows)


def list_cases_of_member(
    *, member_id: int, actor: Actor, only_open: bool = False, limit: int = 20
) -> tuple[Case, ...]:
    """Return a member's cases for whoever serves them, the open ones first. Audited by the caller's page.

    Of restricted categories that are not the actor's, `need`, `facts` and `resolution` are left empty, and the
    subject is the category's title.
    Errors: NotAllowed.
    """
    if not (actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)):
        raise NotAllowed(Scope.CONTACT)
    rows = fetch_all(
        f"SELECT {CASE} FROM cases_case c WHERE c.member_id = %(id)s AND c.merged_into IS NULL"  # noqa: S608  names of our own columns
        " AND (c.is_open OR NOT %(only)s) ORDER BY c.is_open DESC, c.id DESC LIMIT %(limit)s",
        {"id": member_id, "only": only_open, "limit": limit},
    )
    reader = reader_of(actor=actor)
    return tuple(_as_seen(case_from_row(row), reader) for row in rows)


def family_ids(*, case: Case) -> list[int]:
    """Return the ids of a case and of all that were merged into it: what hangs on any, hangs on it."""
    rows = fetch_all(
        "SELECT id FROM cases_case WHERE id = %(id)s OR merged_into = %(id)s ORDER BY id",
        {"id": case.id},
    )
    return [row.id for row in rows]


def list_merged_numbers(*, case: Case) -> tuple[str, ...]:
    """Return the numbers that lead to this case beside its own."""
    rows = fetch_all(
        "SELECT number FROM cases_case WHERE merged_into = %(id)s ORDER BY id", {"id": case.id}
    )
    return tuple(row.number for row in rows)


def get_clock(*, case: Case) -> ClockState | None:
    """Return the clock of a case as its log says."""
    rows = fetch_all(
        "SELECT at, kind, detail FROM cases_event WHERE case_id = %(id)s AND kind = ANY (%(kinds)s)"
        " ORDER BY id",
        {"id": case.id, "kinds": CLOCK_KINDS},
    )
    return clock_state(clock_event_from_row(row) for row in rows)


def _staff_case(number: str, actor: Actor) -> tuple[Case, bool]:
    if actor.kind == "member":
        raise UnknownCase(number)
    reader = reader_of(actor=actor)
    row = _by_number(number, reader)
    if row is None:
        raise UnknownCase(number)
    case = case_from_row(row)
    if _sight(case, reader, is_offered=row.is_offered) is not Sight.FULL:
        raise UnknownCase(number)
    _note_read(case, actor)
    return case, row.is_offered


def _by_number(number: str, reader: Reader) -> Any:
    try:
        kept = read_number(number)
    except BadReference:
        return None
    return fetch_one(_BY_NUMBER, {"number": kept, **offer_values(reader=reader)})


def _sight(case: Case, reader: Reader, *, is_offered: bool) -> Sight:
    restricted = get_category(code=case.category).is_restricted
    return rules.sight_of(case, reader, is_offered=is_offered, restricted=restricted)


def _as_seen(case: Case, reader: Reader) -> Case:
    if _sight(case, reader, is_offered=False) is Sight.FULL:
        return case
    subject = shown_subject(category=case.category, subject=case.subject)
    return replace(case, subject=subject, need="", facts={}, resolution="")


def _note_read(case: Case, actor: Actor) -> None:
    audit.record(
        actor=str(actor), action="case.read", account_number=case.account_number,
        member_id=case.member_id, case_id=case.id,
    )  # fmt: skip
