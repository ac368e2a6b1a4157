"""Who may act for whom: recorded by the staff, bounded in time, ended by either, and never changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from openmember.kernel.models import AuditEntry
from openmember.kernel.sql import fetch_all
from openmember.members.proxies.queries import list_helped, list_proxies_of
from openmember.members.proxies.services import allow, end
from openmember.members.proxies.types import Basis, For, ProxyRefused
from openmember.members.testing import a_member, a_staff_user, staff
from openmember.members.types import Actor, NotAllowed, Role

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
ROSA = staff(Role.REPRESENTATIVE)
READ = frozenset({For.READ_MESSAGES})


@pytest.fixture
def mother():
    return a_member(first="Ana", region="hawaii")


@pytest.fixture
def son():
    return a_member(first="Leo")


def let(
    mother, son, *, may=READ, until=None, actor=ROSA, now=NOW, basis=Basis.AUTHORIZATION
) -> int:
    return allow(
        member_id=mother.id, proxy_id=son.id, may=may, basis=basis, until=until,
        now=now, actor=actor,
    )  # fmt: skip


def test_a_proxy_is_known_from_both_sides(mother, son):
    let(mother, son, may=frozenset({For.WRITE_MESSAGES}))

    (mine,) = list_proxies_of(member_ids=[mother.id], at=NOW)
    assert mine.proxy_name == "Leo Ruiz"
    assert mine.may == {For.READ_MESSAGES, For.WRITE_MESSAGES}
    assert list_helped(proxy_id=son.id, at=NOW) == (mine,)
    assert list_helped(proxy_id=mother.id, at=NOW) == ()


def test_it_ends_with_its_last_day_in_the_members_region(mother, son):
    let(mother, son, until=date(2026, 12, 1))
    # Midnight in Hawaii, where December 2 begins ten hours after it does in Greenwich.
    over = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)

    assert list_helped(proxy_id=son.id, at=over - timedelta(minutes=1))
    assert list_helped(proxy_id=son.id, at=over) == ()
    assert let(mother, son, now=over)


def a_child(birth_on=date(2008, 12, 24)):
    """Return a member who is 18 on December 24 of this year, as far as it is known."""
    return a_member(first="Mia", region="hawaii", birth_on=birth_on)


@pytest.mark.parametrize("until", [None, date(2030, 1, 1)])
def test_a_parent_acts_until_the_child_is_18_where_the_child_lives(mother, until):
    let(a_child(), mother, basis=Basis.PARENT, until=until)
    over = datetime(2026, 12, 24, 10, 0, tzinfo=UTC)

    assert list_helped(proxy_id=mother.id, at=over - timedelta(minutes=1))
    assert list_helped(proxy_id=mother.id, at=over) == ()


def test_a_parent_may_be_let_in_for_less_than_until_18(mother):
    let(a_child(), mother, basis=Basis.PARENT, until=date(2026, 12, 1))

    (proxy,) = list_helped(proxy_id=mother.id, at=NOW)
    assert proxy.ends_at == datetime(2026, 12, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("birth_on", [None, date(2008, 11, 30), date(1970, 5, 17)])
def test_no_parent_acts_for_an_adult_or_for_whom_nobody_knows_to_be_a_child(mother, birth_on):
    with pytest.raises(ProxyRefused, match="not a minor"):
        let(a_child(birth_on), mother, basis=Basis.PARENT)


@pytest.mark.parametrize("birth_on", [None, date(1970, 5, 17)])
def test_a_parents_proxy_of_before_does_not_hold_for_an_adult_and_makes_place(mother, birth_on):
    grown = a_child(birth_on)
    fetch_all(
        "INSERT INTO members_proxy (member_id, proxy_id, scopes, basis, starts_at, recorded_by) VALUES"
        " (%(member)s, %(proxy)s, '{read_messages}', 'parent', '2020-01-01', 'staff:1')",
        {"member": grown.id, "proxy": mother.id},
    )

    assert list_helped(proxy_id=mother.id, at=NOW) == ()
    assert list_proxies_of(member_ids=[grown.id], at=NOW) == ()
    assert let(grown, mother)


@pytest.mark.parametrize("who", ["mother", "son", "rosa"])
def test_the_member_the_proxy_and_the_staff_can_end_it(mother, son, who):
    actors = {
        "mother": Actor("member", 1, member_id=mother.id),
        "son": Actor("member", 2, member_id=son.id),
        "rosa": ROSA,
    }
    proxy = let(mother, son)

    end(proxy=proxy, now=NOW, actor=actors[who])
    end(proxy=proxy, now=NOW, actor=actors[who])

    assert list_helped(proxy_id=son.id, at=NOW) == ()
    assert AuditEntry.objects.filter(action="proxy.end").count() == 1


def test_a_stranger_ends_nothing_and_no_member_records_one(mother, son):
    proxy = let(mother, son)
    stranger = Actor("member", 3, member_id=a_member().id)

    with pytest.raises(NotAllowed):
        end(proxy=proxy, now=NOW, actor=stranger)
    with pytest.raises(NotAllowed):
        let(son, mother, actor=Actor("member", 1, member_id=son.id))


@pytest.mark.parametrize(
    ("change", "name"),
    [({"may": frozenset()}, "nothing"), ({"until": date(2026, 11, 1)}, "past"), ({}, "already")],
)
def test_what_cannot_be_is_refused(mother, son, change, name):
    if name == "already":
        let(mother, son)

    with pytest.raises(ProxyRefused) as refused:
        let(mother, son, **change)

    assert refused.value.name == name


def test_nobody_on_the_staff_lets_themselves_in(mother):
    user = a_staff_user(Role.REPRESENTATIVE, email="rosa@example.org")
    rosa = replace(ROSA, id=user.pk)

    with pytest.raises(ProxyRefused, match="own"):
        let(mother, a_member(email="Rosa@example.org"), actor=rosa)
    assert let(mother, a_member(email="leo@example.org"), actor=rosa)


def test_nobody_is_their_own_proxy(mother):
    with pytest.raises(ProxyRefused, match="self"):
        let(mother, mother)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE members_proxy SET scopes = '{read_messages,write_messages}'",
        "UPDATE members_proxy SET ends_at = now() + interval '9 years'",
        "DELETE FROM members_proxy",
        "UPDATE members_proxy SET ended_at = now(), ended_by = 'x'; UPDATE members_proxy SET ended_at = NULL,"
        " ended_by = NULL",
    ],
)
def test_what_was_allowed_is_not_changed_behind_the_services_back(mother, son, statement):
    let(mother, son)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
