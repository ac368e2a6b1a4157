"""Applications for tests: looked at, accepted, refused, counted."""

from dataclasses import replace

import pytest
from django.db import transaction

from openmember.kernel.sql import fetch_all
from openmember.members import models
from openmember.members.services import add_member
from openmember.members.testing import TESTER
from openmember.members.types import Address
from openmember.registrations import queries
from openmember.registrations.services import deciding
from openmember.registrations.testing import NOW, some_facts
from openmember.registrations.types import (
    RegistrationRefused,
)

NOWHERE = {"phone": "", "address": Address()}
MEY, LOPEZ = (
    replace(some_facts().person.name, **name) for name in ({"first": "Mey"}, {"last": "Lopez"})
)


def refused(do, **given) -> str:
    with pytest.raises(RegistrationRefused) as caught, transaction.atomic():
        do(**{"now": NOW, "actor": TESTER, **given})
    return caught.value.name


def of(found) -> dict:
    """Return which application is meant, as somebody looked at it."""
    return {"registration_id": found.id, "expected_version": found.version}


def accept(found, **more):
    return deciding.accept(**of(found), now=NOW, actor=TESTER, **more)


def kept() -> tuple:
    return queries.list_registrations(statuses=queries.OPEN, actor=TESTER, limit=9)


def audited(action: str) -> list:
    return fetch_all(
        "SELECT detail FROM kernel_audit_entry WHERE action = %(action)s", {"action": action}
    )


def members() -> int:
    return models.Member.objects.count()


def known(**changes):
    """Return a member who is on file already, by default the applicant."""
    return add_member(person=replace(some_facts().person, **changes), actor=TESTER)
