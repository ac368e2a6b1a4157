"""Proving to a representative who a contact is. One answer for all that was said, never one for each.

Counted for each member (with the telephone line and registration on the web: whoever tries has five tries a
day, by whatever way), for each contact, and for each representative.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from openmember.kernel import throttle
from openmember.kernel.audit import services as audit
from openmember.members import rules
from openmember.members.proofing import LOCKED_SECONDS, TRIES_A_MEMBER
from openmember.members.queries import list_members
from openmember.members.types import Actor, CallerAnswers, Member, Refusal, Scope

# Who does not get it right in three is not helped by a fourth; the next contact may try again.
TRIES_A_CONTACT, CONTACT_SECONDS = 3, 12 * 60 * 60
# A busy hour has twenty calls; a desk where more than that fail is guessing.
TRIES_A_PERSON, PERSON_SECONDS = 40, 60 * 60
# No row has this id; with an empty list Django would send no statement, and that could be timed.
_NOBODY = 0
_NOTHING: frozenset[int] = frozenset()


class CallerNotProven(Exception):
    """The answers do not prove it, or nobody may try any more. Which, and which answer, is never said."""


def prove_caller(
    *,
    account_number: str,
    member_ids: Sequence[int],
    answers: CallerAnswers,
    paid_cents: Mapping[int, frozenset[int]],
    gave_number: bool,
    contact: str,
    today: date,
    actor: Actor,
) -> Member:
    """Return which grown person on the account the answers prove a contact to be.

    Shape:  `paid_cents` are the amounts each person paid of late, by member and never by guests for them;
            `contact` is what stands for this contact.
    Errors: NotAllowed, CallerNotProven. Nothing wraps it in a transaction: a refusal keeps its count.
    """
    actor.require(Scope.FIND)
    people = list_members(member_ids=[_NOBODY, *member_ids])
    meant = max(
        people,
        key=lambda one: rules.count_caller_right(
            answers, one.person, paid_cents=paid_cents.get(one.id, _NOTHING)
        ),
        default=None,
    )
    is_allowed = _count(meant.id if meant else _NOBODY, contact, str(actor))
    proven = [
        one
        for one in people
        if rules.is_adult(one.person.birth_on, today)
        and rules.proves_caller(
            answers,
            one.person,
            paid_cents=paid_cents.get(one.id, _NOTHING),
            gave_number=gave_number,
        )
    ]
    reason = _refusal(proven) if is_allowed else Refusal.LOCKED
    audit.record(
        actor=str(actor),
        action=f"caller.{'refused' if reason else 'proven'}",
        account_number=account_number,
        member_id=meant.id if meant else None,
        **({"reason": reason} if reason else {}),
    )
    if reason:
        raise CallerNotProven
    return proven[0]


def _refusal(proven: Sequence[Member]) -> Refusal | None:
    if not proven:
        return Refusal.NO_MATCH
    return Refusal.SEVERAL_MATCH if len(proven) > 1 else None


def _count(member_id: int, contact: str, actor: str) -> bool:
    """Count one try in each of the three ways; every one of them counts, whatever the others say."""
    counts = (
        ("identity.member", str(member_id), TRIES_A_MEMBER, LOCKED_SECONDS),
        ("identity.contact", contact, TRIES_A_CONTACT, CONTACT_SECONDS),
        ("identity.staff", actor, TRIES_A_PERSON, PERSON_SECONDS),
    )
    allowed = [
        throttle.is_allowed(scope=scope, value=value, limit=limit, window_seconds=seconds)
        for scope, value, limit, seconds in counts
    ]
    return all(allowed)
