"""The coordinators' queue among thousands: a late page walks the index and costs what the first does."""

import json

import pytest
from django.db import connection

from openmember.cases.testing import a_supervisor
from openmember.grievances.queue import PAGE_SIZE, SQL, Asked, list_queue, queue_values
from openmember.kernel.sql import fetch_one, sql_text
from openmember.members.testing import a_member

pytestmark = pytest.mark.django_db
MANY = 6000
_FILL = (
    "INSERT INTO cases_case (number, category, team, topic, priority, status, subject, channel, opened_at,"
    " opened_by, member_id, region) SELECT 'CA-26-' || lpad(n::text, 7, '0'), 'appeal', 'grievances', 'appeal',"
    " 3, 'open', 'Appeal', 'phone', now(), 'system:test', %(member)s, '' FROM generate_series(1, %(many)s) n",
    "INSERT INTO grievances_dispute (case_id, member_id, matter, law, place, care, levels, zone, received_at,"
    " asked_by, level, speed, due_step, due_at) SELECT id, member_id, 'appeal', 'individual', 'CA',"
    " 'pre_service', 1, 'America/Los_Angeles', now(), 'member', 'plan', 'standard', 'decide',"
    " now() + (id %% 977) * interval '1 min'"
    " FROM cases_case",
)


@pytest.fixture
def many(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in _FILL:
            cursor.execute(statement, {"many": MANY, "member": a_member().id})
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE grievances_dispute, cases_case")


def plan_of(after):
    values = queue_values(Asked(), a_supervisor(), after, PAGE_SIZE)
    row = fetch_one(
        "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql_text(SQL / "queue.sql"), values
    )
    (found,) = row if isinstance(row[0], list) else (json.loads(row[0]),)
    return found[0]["Plan"]


def nodes(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def test_a_late_page_walks_the_index_and_reads_what_the_first_reads(many):
    actor = a_supervisor()
    pages = [list_queue(asked=Asked(), actor=actor, size=500)]
    while pages[-1].next:
        pages.append(list_queue(asked=Asked(), actor=actor, after=pages[-1].next, size=500))
    late = pages[-2].next

    first, last = plan_of(None), plan_of(late)

    assert sum(len(page.rows) for page in pages) == MANY
    for plan in (first, last):
        assert "grievances_queue" in {one.get("Index Name") for one in nodes(plan)}
        assert not {"Sort", "Seq Scan"} & {one["Node Type"] for one in nodes(plan)}
    read = [one["Shared Hit Blocks"] + one["Shared Read Blocks"] for one in (first, last)]
    assert read[1] <= read[0] * 1.5
