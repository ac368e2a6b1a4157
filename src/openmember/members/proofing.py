"""Proving who somebody is from what they typed, and giving a proven member a sign-in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from openmember.kernel import throttle
from openmember.kernel.audit import services as audit
from openmember.members import models, rules
from openmember.members.queries import actor_of, list_members
from openmember.members.types import GUEST, IdentityAnswers, Member, Purpose, Refusal

# Whatever number they come by: five tries a day leave a birth date of 36,000 days unguessable.
TRIES_A_MEMBER = 5
LOCKED_SECONDS = 24 * 60 * 60
# No row has this id. Django sends no statement for an empty list, and its absence could be timed.
NOBODY = 0


class NotProven(Exception):
    """The answers do not open what was asked for. `user_id` is whom to tell by e-mail, if anyone."""

    def __init__(self, reason: Refusal, user_id: int | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.user_id = user_id


class SignInTaken(Exception):
    """The member has a sign-in by now, or the e-mail address belongs to one."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A person who proved to be this member; `user_id` is their sign-in, when they have one."""

    member_id: int
    user_id: int | None


def prove_identity(
    *,
    purpose: Purpose,
    number: str,
    account_number: str | None,
    member_ids: Sequence[int],
    answers: IdentityAnswers,
    today: date,
) -> Proof:
    """Return who among the people on an account is answering.

    The statements sent are the same whatever the answers, so that timing tells nothing. Nothing wraps
    them in a transaction, because a refusal must keep its count and its audit entry.

    Shape:   `number` is what was typed, known or not; `account_number` and `member_ids` are what it led
             to, holder first, and are empty when it led nowhere.
    Errors:  NotProven.
    """
    wanted = [NOBODY, *member_ids]
    people = list_members(member_ids=wanted)
    users = dict(models.User.objects.filter(member_id__in=wanted).values_list("member_id", "id"))
    meant = _who_is_meant(answers, people)
    is_allowed = throttle.is_allowed(
        scope="identity.member",
        value=str(meant.id) if meant else f"number {number}",
        limit=TRIES_A_MEMBER,
        window_seconds=LOCKED_SECONDS,
    )
    proven = [member for member in people if rules.proves(answers, member.person)]
    member = proven[0] if len(proven) == 1 else None
    user_id = users.get(member.id) if member else None
    reason = _refusal(purpose, proven, user_id, today) if is_allowed else Refusal.LOCKED
    audit.record(
        actor=str(GUEST),
        action=f"{purpose}.{'refused' if reason else 'proven'}",
        account_number=account_number,
        member_id=meant.id if meant else None,
        **({"reason": reason} if reason else {}),
    )
    if reason or member is None:
        told = user_id if reason is Refusal.REGISTERED else None
        raise NotProven(reason or Refusal.NO_MATCH, told)
    return Proof(member.id, user_id)


@transaction.atomic
def give_sign_in(*, member_id: int, email: str, password_hash: str) -> int:
    """Let a proven member sign in with an address they proved too, and return the user's id.

    Errors: SignInTaken.
    """
    try:
        with transaction.atomic():
            user = models.User.objects.create(
                member_id=member_id, email=email.lower(), password=password_hash
            )
    except IntegrityError as taken:
        raise SignInTaken from taken
    audit.record(actor=str(actor_of(user)), action="registration.done", member_id=member_id)
    return user.pk


def has_sign_in(*, email: str) -> bool:
    """Return whether somebody signs in with this address."""
    return models.User.objects.filter(email__iexact=email).exists()


def _who_is_meant(answers: IdentityAnswers, people: Sequence[Member]) -> Member | None:
    """Return the person most answers fit, the holder before others, or None when none fits."""
    meant = max(people, key=lambda member: rules.count_right(answers, member.person), default=None)
    return meant if meant and rules.count_right(answers, meant.person) else None


def _refusal(
    purpose: Purpose, proven: Sequence[Member], user_id: int | None, today: date
) -> Refusal | None:
    if not proven:
        return Refusal.NO_MATCH
    if len(proven) > 1:
        return Refusal.SEVERAL_MATCH
    if purpose is Purpose.RECOVERY:
        return None if user_id else Refusal.NOT_REGISTERED
    if user_id:
        return Refusal.REGISTERED
    return None if rules.is_adult(proven[0].person.birth_on, today) else Refusal.UNDER_AGE
