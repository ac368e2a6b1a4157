"""Builders of applications for tests."""

from datetime import UTC, date, datetime

from openmember.members.testing import TESTER, serial
from openmember.members.types import Actor, Address, Person, PersonName
from openmember.registrations.services.intake import receive
from openmember.registrations.services.judging import check_identity
from openmember.registrations.types import (
    Channel,
    Coverage,
    Facts,
    NewRegistration,
    Registration,
    Way,
)

NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
HOME = Address("1 Elm St", "", "Oakland", "CA", "94612")


def some_facts(  # noqa: PLR0913  a builder: each is a fact of its own
    *,
    first: str = "Mei",
    last: str = "Tran",
    birth_on: date = date(1988, 3, 4),
    address: Address = HOME,
    phone: str = "510-555-0170",
    email: str = "",
    language: str = "en",
    filled_by: str = "",
    region: str = "california",
) -> Facts:
    """Return what an application says."""
    person = Person(
        PersonName(first, last), birth_on, email=email, phone=phone, address=address,
        region=region, language=language,
    )  # fmt: skip
    return Facts(person, Coverage.NONE, filled_by=filled_by)


def a_registration(
    facts: Facts | None = None,
    *,
    channel: Channel = Channel.WEB,
    is_identified: bool = False,
    now: datetime = NOW,
    actor: Actor = TESTER,
) -> Registration:
    """Return an application that came in."""
    new = NewRegistration(facts or some_facts(), channel, f"key-{next(serial)}")
    found = receive(new=new, now=now, actor=actor)
    if is_identified:
        found = check_identity(
            registration_id=found.id, expected_version=found.version, way=Way.DOCUMENTS, what=["passport"],
            now=now, actor=TESTER,
        )  # fmt: skip
    return found
