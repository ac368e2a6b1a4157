"""Proving who a caller is with the keys of a telephone: no names, so the facts are dates and ZIP codes.

As everywhere, no answer is ever confirmed or denied by itself: whoever asks hears that it opens the account
or that it does not, and a locked account answers like a wrong one.
"""

from collections.abc import Sequence
from datetime import date

from openmember.kernel import throttle
from openmember.kernel.audit import services as audit
from openmember.members import rules
from openmember.members.proofing import LOCKED_SECONDS, TRIES_A_MEMBER
from openmember.members.queries import list_members
from openmember.members.types import Actor, Member, Refusal

CALLER = Actor("caller")
# No row has this id; with an empty list Django would send no statement, and that could be timed.
_NOBODY = 0
# A telephone is locked before an account is, so that nobody locks a household out by guessing.
TRIES_A_TELEPHONE, TRIES_AN_ACCOUNT = TRIES_A_MEMBER, 4 * TRIES_A_MEMBER


def prove_factor(
    *,
    account_number: str,
    member_ids: Sequence[int],
    birth_on: date | None = None,
    zip_code: str = "",
    telephone: str = "",
) -> int | None:
    """Return who on the account has this birth date or this ZIP code, the holder first, or None.

    It opens what is due, and nothing else. Wrong answers are counted for each account, whatever number led to
    it: first those of one telephone, empty when withheld, then those of all.
    """
    people = list_members(member_ids=[_NOBODY, *member_ids])
    fitting = [
        one.id
        for one in people
        if (birth_on is not None and one.person.birth_on == birth_on)
        or (zip_code and _zip_of(one) == zip_code)
    ]
    here = f"{account_number}:{telephone}"
    is_within = _count("phone.telephone", here, TRIES_A_TELEPHONE)
    # Counted for nobody once the telephone is locked: as many statements either way.
    everywhere = account_number if is_within else "locked"
    is_allowed = _count("phone.number", everywhere, TRIES_AN_ACCOUNT) and is_within
    proven = _record(account_number, fitting[0] if fitting else None, is_allowed, "phone")
    if proven is not None:
        throttle.give_back(("phone.telephone", here), ("phone.number", everywhere))
    return proven


def has_birth_date(*, member_id: int, birth_on: date) -> bool:
    """Return whether somebody was born then. For `prove_lost`, and never told to anyone by itself."""
    return any(one.person.birth_on == birth_on for one in list_members(member_ids=[member_id]))


def prove_lost(
    *, member_id: int, birth_is_right: bool, zip_code: str, account_number: str, today: date
) -> Member | None:
    """Return the grown person on this account whose record number, birth date and ZIP code these are."""
    member = next(iter(list_members(member_ids=[member_id])), None)
    is_proven = (
        member is not None
        and birth_is_right
        and _zip_of(member) == zip_code
        and rules.is_adult(member.person.birth_on, today)
        and account_number != ""
    )
    is_allowed = _count("identity.member", str(member_id), TRIES_A_MEMBER)
    proven_id = _record(account_number, member_id if is_proven else None, is_allowed, "lost")
    return member if proven_id else None


def _count(scope: str, value: str, limit: int) -> bool:
    return throttle.is_allowed(scope=scope, value=value, limit=limit, window_seconds=LOCKED_SECONDS)


def _record(
    account_number: str, member_id: int | None, is_allowed: bool, purpose: str
) -> int | None:
    reason = None if member_id and is_allowed else Refusal.NO_MATCH
    if not is_allowed:
        reason = Refusal.LOCKED
    audit.record(
        actor=str(CALLER),
        action=f"{purpose}.{'refused' if reason else 'proven'}",
        account_number=account_number or None,
        member_id=member_id,
        **({"reason": reason} if reason else {}),
    )
    return None if reason else member_id


def _zip_of(member: Member) -> str:
    digits = "".join(filter(str.isdecimal, member.person.address.postal_code))
    return digits[:5]
