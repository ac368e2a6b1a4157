"""Saying who an applicant is: by what was seen, and against the members like them."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor
from openmember.registrations import rules
from openmember.registrations.queries import likely_of
from openmember.registrations.services.rows import (
    decide,
    locked,
    noted,
    require_open,
    require_received,
    update,
)
from openmember.registrations.types import Registration, RegistrationRefused, Status, Way


@transaction.atomic
def check_identity(
    *,
    registration_id: int,
    expected_version: int,
    way: Way,
    what: Collection[str],
    now: datetime,
    actor: Actor,
) -> Registration:
    """Note that it was seen who the applicant is, and by what.

    Errors: NotAllowed; RegistrationRefused `decided`, `edited_meanwhile`, `not_enough`.
    """
    found = locked(registration_id, actor)
    require_open(found, expected_version)
    if not rules.shows_identity(way, what):
        raise RegistrationRefused("not_enough")
    row = update(
        found, identity_way=way.value, identity_what=sorted(what), identity_at=now, identity_by=str(actor)
    )  # fmt: skip
    return noted(row, "registration.identity", actor, way=way.value)


@transaction.atomic
def say_other(
    *,
    registration_id: int,
    expected_version: int,
    member_id: int,
    reason: str,
    now: datetime,
    actor: Actor,
) -> Registration:
    """Note that a member who is like the applicant is another person, and why. Again changes nothing.

    Errors: NotAllowed; RegistrationRefused `decided`, `edited_meanwhile`, `no_reason`, `not_likely`.
    """
    found = locked(registration_id, actor)
    require_open(found, expected_version)
    if not reason.strip():
        raise RegistrationRefused("no_reason")
    if member_id not in {one.member.id for one in likely_of(found).people}:
        raise RegistrationRefused("not_likely")
    fetch_all(
        "INSERT INTO registrations_other (registration_id, member_id, person_version, reason, at, by)"
        " VALUES (%(id)s, %(member)s, %(version)s, %(reason)s, %(now)s, %(by)s) ON CONFLICT DO NOTHING",
        {
            "id": found.id,
            "member": member_id,
            "version": found.person_version,
            "reason": reason.strip()[:300],
            "now": now,
            "by": str(actor),
        },
    )
    audit.record(
        actor=str(actor), action="registration.other_person", member_id=member_id,
        registration_id=found.id,
    )  # fmt: skip
    return found


@transaction.atomic
def say_same(
    *, registration_id: int, expected_version: int, member_id: int, now: datetime, actor: Actor
) -> Registration:
    """Say that the applicant is a member already: the two are linked, and no second record is made.

    Errors: NotAllowed; RegistrationRefused `decided`, `edited_meanwhile`, `not_likely`.
    """
    found = locked(registration_id, actor)
    require_received(found, expected_version)
    if member_id not in {one.member.id for one in likely_of(found).people}:
        raise RegistrationRefused("not_likely")
    row = decide(found, Status.KNOWN, now, actor, member_id=member_id)
    return noted(row, "registration.same_person", actor, member_id=member_id)
