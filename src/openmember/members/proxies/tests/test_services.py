"""Who may act for whom: recorded by the staff, bounded in time, ended by either, and never changed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from openmember.kernel.models import AuditEntry
from openmember.members.proxies.queries import list_helped, list_proxies_of
from openmember.members.proxies.services import allow, end
from openmember.members.proxies.types import Basis, For, ProxyRefused
from openmember.members.testing import a_member, staff
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


def let(mother, son, *, may=READ, until=None, actor=ROSA, now=NOW) -> int:
    return allow(
        member_id=mother.id, proxy_id=son.id, may=may, basis=Basis.AUTHORIZATION, until=until,
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
