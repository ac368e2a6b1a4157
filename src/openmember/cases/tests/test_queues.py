"""Queues: who sees what, pages that cost the same wherever they are, and work that two never get."""

import json
from collections.abc import Iterator
from threading import Barrier, Thread

import pytest
from django.db import connection

from openmember.cases.services import owning
from openmember.cases.testing import NOW, a_case, a_supervisor, a_worker
from openmember.cases.timeline import Moment
from openmember.cases.types import Priority
from openmember.cases.work import queries
from openmember.cases.work.queries import list_queue
from openmember.cases.work.services.taking import take_next
from openmember.cases.work.types import Filter, Place
from openmember.kernel.sql import fetch_all, sql_text
from openmember.members.types import NotAllowed, Role
from openmember.payments.testing import a_member

MANY = 50_000


def test_a_queue_is_worked_by_priority_then_promise(db):
    rep = a_worker("billing", "member_services")
    slow = a_case(category="bill_question", bill="May")
    fast = a_case(category="payment_missing", amount="4", paid_on="2026-11-01", paid_how="card")
    plain = a_case()

    page = list_queue(asked=Filter(), actor=rep)

    assert [case.number for case in page.cases] == [fast.number, plain.number, slow.number]
    assert page.next is None


def test_each_sees_their_teams_and_regions_and_a_supervisor_all(db):
    a_case(region="california")
    a_case(region="hawaii")
    a_case(category="bill_question", bill="May", region="california")

    def seen_by(actor) -> list[tuple[str, str]]:
        return sorted(
            (one.team, one.region) for one in list_queue(asked=Filter(), actor=actor).cases
        )

    assert seen_by(a_worker("member_services", regions=("hawaii",))) == [
        ("member_services", "hawaii")
    ]
    assert seen_by(a_worker("claims")) == []
    assert len(seen_by(a_supervisor())) == 3
    assert list_queue(asked=Filter(teams=("billing",)), actor=a_worker("claims")).cases == ()
    with pytest.raises(NotAllowed):
        list_queue(asked=Filter(), actor=a_worker("billing", role=Role.CASHIER))


def test_filters_narrow_a_queue(db):
    rep = a_worker("member_services", languages=("es",))
    spanish = a_case(language="es")
    mine = owning.take(case=a_case(), now=NOW, actor=rep)

    def numbers(**asked) -> list[str]:
        return [one.number for one in list_queue(asked=Filter(**asked), actor=rep).cases]

    assert numbers(language="es") == [spanish.number]
    assert numbers(only_mine=True) == [mine.number]
    assert numbers(only_unowned=True) == [spanish.number]
    assert numbers(category="id_card") == []
    assert numbers(priority=Priority.URGENT) == []


def test_the_next_case_is_one_whose_language_somebody_speaks(db):
    a_case(language="zh-hant")
    english = a_case()
    rep = a_worker("member_services")

    assert take_next(now=NOW, actor=rep).id == english.id
    assert take_next(now=NOW, actor=rep) is None
    assert take_next(now=NOW, actor=a_worker("member_services", languages=("zh-hant",))) is not None


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_get_different_cases():
    people = [a_worker("member_services") for _ in range(8)]
    for _ in range(6):
        a_case()
    taken, barrier = [], Barrier(len(people))

    def ask(actor) -> None:
        barrier.wait()
        found = take_next(now=NOW, actor=actor)
        taken.append(found.id if found else None)
        connection.close()

    threads = [Thread(target=ask, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one for one in taken if one) == sorted({one for one in taken if one})
    assert len([one for one in taken if one]) == 6


@pytest.fixture
def many_cases(db) -> None:
    """Fifty thousand open cases of two teams in two regions."""
    member = a_member()
    fetch_all(
        "INSERT INTO cases_case (number, category, team, region, topic, priority, status, member_id, subject,"
        " channel, opened_at, opened_by, due_at)"
        " SELECT 'CA-26-' || lpad(n::text, 6, '0'), 'bill_question',"
        " (ARRAY['billing', 'claims'])[1 + mod(n, 2)], (ARRAY['california', 'hawaii'])[1 + mod(n / 2, 2)], 'x',"
        " 1 + mod(n, 4), 'open', %(member)s, 'A question', 'phone', now(), 'test',"
        " CASE WHEN mod(n, 5) > 0 THEN now() + n * interval '1 minute' END FROM generate_series(1, %(many)s) n",
        {"member": member.id, "many": MANY},
    )
    fetch_all("ANALYZE cases_case")


def pages(actor) -> Iterator[queries.QueuePage]:
    after: Place | None = None
    while True:
        page = list_queue(asked=Filter(), actor=actor, after=after, size=1000)
        yield page
        if page.next is None:
            return
        after = Place.of_text(page.next.as_text())


def test_every_case_is_on_exactly_one_page(many_cases):
    seen = [case.id for page in pages(a_worker("billing", "claims")) for case in page.cases]

    assert len(seen) == len(set(seen)) == MANY


def test_a_late_page_costs_what_the_first_does(many_cases):
    """Orientation: 100 ms a page. The plan says what it reads; no page reads more than its own rows."""
    boss = a_supervisor()
    read = {}
    first = list_queue(asked=Filter(), actor=boss)
    late = Place(4, None, first.cases[0].id + MANY - 4000)
    for name, after in (
        ("first", None),
        ("middle", Place(3, first.cases[0].due_at, 1)),
        ("late", late),
    ):
        plan = explained(boss, after)
        scans = {node["Node Type"] for node in nodes(plan) if "Relation Name" in node}
        assert scans <= {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
        read[name] = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]

    assert max(read.values()) < 1500
    assert read["late"] <= 2 * read["first"]


def explained(actor, after: Place | None) -> dict:
    reader = queries.queue_reader(actor=actor)
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql_text(queries.SQL / "queue.sql"),
            queries.queue_values(asked=Filter(), reader=reader, after=after, size=50),
        )
        (plan,) = cursor.fetchone()
    return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]


def nodes(plan: dict) -> Iterator[dict]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


@pytest.mark.parametrize("text", ["", "1", "a_b_c", "1_2", "1__x", "1_99999999999999999_3"])
def test_a_place_nobody_gave_out_is_the_beginning(text):
    assert Place.of_text(text) is None


@pytest.mark.parametrize("text", ["", "1_case", "x_case_1", "1_x_1", f"1_case_{1 << 63}"])
def test_a_moment_nobody_gave_out_is_the_beginning(text):
    assert Moment.of_text(text) is None
