"""A few thousand different open disputes, worked out one by one, from which millions are made in sets."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg

from bench.database import SQL
from openmember.grievances.course import standing
from openmember.grievances.kept import Clock, Columns, clocks_of, columns_of
from openmember.grievances.types import Event, Kind

SHAPES = 5000
FIRST, DAYS = datetime(2026, 11, 1, 8, tzinfo=UTC), 28
PLACES = (
    ("CA", "America/Los_Angeles"), ("OR", "America/Los_Angeles"), ("WA", "America/Los_Angeles"),
    ("CO", "America/Denver"), ("GA", "America/New_York"), ("MD", "America/New_York"),
    ("HI", "Pacific/Honolulu"),
)  # fmt: skip
_TABLES = """
CREATE TEMPORARY TABLE bench_shape (shape bigint PRIMARY KEY, law text, place text, levels int, zone text,
    received_at timestamptz, events int, matter text, care text, level text, speed text, outcome text,
    is_open boolean, is_tolled boolean, tolled_at timestamptz, tolled_until timestamptz,
    due_step text, due_at timestamptz);
CREATE TEMPORARY TABLE bench_shape_event (shape bigint, serial int, kind text, at timestamptz, detail jsonb);
CREATE TEMPORARY TABLE bench_shape_clock (shape bigint, visit smallint, level text, step text, whose text,
    clock_id text, started_at timestamptz, due_at timestamptz, met_at timestamptz, lapse text);
CREATE INDEX ON bench_shape_event (shape);
CREATE INDEX ON bench_shape_clock (shape);
"""


def a_log(random: Random) -> list[Event]:
    """Return the log of an open dispute: most acknowledged, some asked for more or made fast."""
    law, levels = random.choice(
        [("individual", 1), ("group", 1), ("self_funded", 2), ("ma", 1), ("pd", 1)]
    )
    place, zone = random.choice(PLACES)
    matter = random.choice(["appeal", "appeal", "grievance", "determination", "exception"])
    care = "drug" if law == "pd" or matter == "exception" else "pre_service"
    at = FIRST + timedelta(seconds=random.randrange(DAYS * 86_400))
    said: dict[str, object] = {
        "matter": matter, "law": law, "place": place, "levels": levels, "zone": zone,
        "care": "service" if matter == "grievance" else care,
        "speed": random.choice(["standard"] * 4 + ["expedited"]), "level": "plan",
    }  # fmt: skip
    if matter == "appeal":
        said["notice_on"] = (at - timedelta(days=20)).date().isoformat()
    log = [Event(Kind.RECEIVED, at, said)]
    if random.random() < 0.7:
        log.append(Event(Kind.ACKNOWLEDGED, at + timedelta(days=1)))
    return log


def make_disputes(url: str, count: int) -> None:
    """Fill a database that has its members with so many open disputes, once."""
    with psycopg.connect(url, autocommit=True) as connection:
        known = connection.execute("SELECT count(*) FROM grievances_dispute").fetchone()
        if known and known[0]:
            return
        connection.execute("SET session_replication_role = replica")
        connection.execute(_TABLES)
        _copy_shapes(connection, min(SHAPES, count))
        connection.execute("ANALYZE bench_shape, bench_shape_event, bench_shape_clock")
        for statement in (SQL / "disputes.sql").read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.execute(statement, {"accounts": count})
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _copy_shapes(connection: psycopg.Connection[Any], count: int) -> None:
    random = Random(1)
    logs = [a_log(random) for _ in range(count)]
    found = [standing(log) for log in logs]
    shapes = [
        (n, one.track.law, one.track.place, one.track.levels, one.zone, one.received_at,
         len(log), *columns_of(one))
        for n, (log, one) in enumerate(zip(logs, found, strict=True))
    ]  # fmt: skip
    events = [
        (n, serial, one.kind.value, one.at, json.dumps(dict(one.detail)))
        for n, log in enumerate(logs)
        for serial, one in enumerate(log, 1)
    ]
    clocks = [(n, *one) for n, each in enumerate(found) for one in clocks_of(each)]
    widths = {"": len(Columns._fields) + 7, "_event": 5, "_clock": len(Clock._fields) + 1}
    with connection.cursor() as cursor:
        for (name, width), rows in zip(widths.items(), (shapes, events, clocks), strict=True):
            marks = ", ".join(["%s"] * width)
            cursor.executemany(f"INSERT INTO bench_shape{name} VALUES ({marks})", rows)
