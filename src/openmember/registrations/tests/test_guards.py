"""Who may decide about applications, and what the database refuses."""

from datetime import date
from itertools import product
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.queries import actor_of
from openmember.members.skills import set_skills
from openmember.members.testing import TESTER, a_staff_user, staff
from openmember.members.types import NotAllowed, Role, Skills
from openmember.registrations import queries, rules
from openmember.registrations.services import deciding
from openmember.registrations.testing import HOME, NOW, a_registration, some_facts
from openmember.registrations.tests.applying import accept, of
from openmember.registrations.types import (
    RegistrationRefused,
    Status,
)

pytestmark = pytest.mark.django_db


def test_each_sees_the_applications_of_their_regions():
    user = a_staff_user(Role.REPRESENTATIVE)
    set_skills(user_id=user.pk, skills=Skills(regions=frozenset({"hawaii"})), actor=TESTER)
    rosa = actor_of(user)
    found = a_registration()
    mine = a_registration(some_facts(region="hawaii", address=HOME))

    listed = queries.list_registrations(statuses=queries.OPEN, actor=rosa, limit=9)

    assert [one.id for one in listed] == [mine.id]
    assert queries.count_registrations(actor=rosa) == {Status.RECEIVED: 1}
    with pytest.raises(queries.UnknownRegistration):
        queries.get_registration(text=found.reference, actor=rosa)


@pytest.mark.parametrize("role", [Role.CASHIER, Role.FINANCE, Role.NURSE])
def test_only_who_registers_decides(role):
    found = a_registration(is_identified=True)

    with pytest.raises(NotAllowed):
        deciding.accept(**of(found), now=NOW, actor=staff(role))
    with pytest.raises(NotAllowed):
        queries.get_registration(text=found.reference, actor=staff(role))


@pytest.mark.parametrize(("before", "after"), list(product(Status, Status)))
def test_the_database_lets_an_application_go_where_the_rules_do(before, after):
    row = fetch_one(
        "SELECT registrations_may_move(%(before)s, %(after)s) AS may",
        {"before": before.value, "after": after.value},
    )

    assert row.may == (after in rules.MOVES[before])


@pytest.mark.parametrize(
    "change",
    [
        "status = 'accepted', decided_at = now(), decided_by = 'x'",
        "status = 'returned', decided_at = now(), decided_by = 'x'",
        "status = 'known', decided_at = now(), decided_by = 'x'",
        "status = 'withdrawn', decided_at = now(), decided_by = 'x'",
        "identity_way = 'script'",
        "office = 'oakland'",
    ],
)
def test_the_database_refuses_what_the_rules_would(change):
    found = a_registration()

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(f"UPDATE registrations_registration SET {change} WHERE id = {found.id}")


def test_what_is_decided_stays_and_nothing_is_deleted():
    accept(a_registration(is_identified=True))

    table = "registrations_registration"
    for change in (f"UPDATE {table} SET note = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError), transaction.atomic():
            fetch_all(change)


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_one_person_twice_at_once_make_one_member():
    births = (date(1988, 3, 4), date(1988, 4, 3))
    both = [a_registration(some_facts(birth_on=born), is_identified=True) for born in births]
    said, barrier = [], Barrier(2)

    def decide(found) -> None:
        barrier.wait()
        try:
            said.append(accept(found).status.value)
        except RegistrationRefused as one:
            said.append(one.name)
        connection.close()

    threads = [Thread(target=decide, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["accepted", "duplicate"]
