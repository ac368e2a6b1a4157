"""What somebody needs: recorded once, by themselves or for them, with nothing of anybody's lost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.needs.queries import get_needs, map_needs
from openmember.members.needs.services import add_interpreter, set_needs
from openmember.members.needs.types import (
    Accommodation,
    InterpreterMode,
    Needs,
    NeedsRefused,
    Relay,
)
from openmember.members.testing import TESTER, a_member, staff
from openmember.members.types import Actor, NotAllowed, Role

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
SAID = Needs(
    "vi", InterpreterMode.IN_PERSON, Relay.VIDEO_RELAY,
    frozenset({Accommodation.STEP_FREE, Accommodation.EXTRA_TIME}), "Left ear hears better",
)  # fmt: skip


def keep(member, needs=SAID, actor=TESTER):
    return set_needs(member_id=member.id, needs=needs, now=NOW, actor=actor)


def refused(member, needs) -> str:
    with pytest.raises(NeedsRefused) as caught:
        keep(member, needs)
    return caught.value.name


def test_what_is_said_is_kept_whole():
    ana, leo = a_member(), a_member(first="Leo")

    keep(ana)

    assert map_needs(member_ids=[ana.id, leo.id]) == {ana.id: replace(SAID, version=1)}
    assert get_needs(member_id=leo.id).is_empty


def test_two_who_write_at_once_lose_nothing():
    ana = a_member()
    first = keep(ana)
    keep(ana, replace(first, relay=Relay.TTY))

    assert refused(ana, replace(first, relay=None)) == "edited_meanwhile"
    assert refused(ana, SAID) == "edited_meanwhile"
    assert refused(a_member(), replace(SAID, version=3)) == "edited_meanwhile"
    assert get_needs(member_id=ana.id).relay is Relay.TTY


def test_everything_can_be_taken_back():
    ana = a_member()
    first = keep(ana)

    assert keep(ana, Needs(version=first.version)).is_empty


def test_signs_are_seen():
    ana = a_member()

    assert refused(ana, Needs("ase", InterpreterMode.PHONE)) == "signs_are_seen"
    assert keep(ana, Needs("ase")).interpreter_mode is InterpreterMode.VIDEO


def test_an_interpreters_language_joins_what_is_known():
    ana = a_member()
    keep(ana, replace(SAID, interpreter_language="", interpreter_mode=None))

    known = add_interpreter(member_id=ana.id, language="ko", now=NOW, actor=TESTER)

    assert (known.interpreter_language, known.relay) == ("ko", Relay.VIDEO_RELAY)


def test_a_member_says_their_own_and_nobody_elses():
    ana, leo = a_member(), a_member(first="Leo")
    herself = Actor("member", 1, member_id=ana.id)

    assert keep(ana, actor=herself).version == 1
    with pytest.raises(NotAllowed):
        keep(leo, actor=herself)
    with pytest.raises(NotAllowed):
        keep(leo, actor=staff(Role.FINANCE))


def test_the_log_does_not_say_what_somebody_needs():
    keep(a_member())

    row = fetch_one(
        "SELECT detail::text AS detail FROM kernel_audit_entry WHERE action = 'member.needs'"
    )
    assert "step" not in row.detail


@pytest.mark.parametrize(
    "change",
    ["accommodations = '{fly}'", "interpreter_mode = ''", "relay = 'pigeon'",
     "interpreter_language = 'ase', interpreter_mode = 'phone'"],
)  # fmt: skip
def test_the_database_refuses_what_makes_no_sense(change):
    keep(a_member())

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(f"UPDATE members_need SET {change}")
