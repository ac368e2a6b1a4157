"""A file of bank debits against a COPY of the same rows; a file of returns against single payments.

python -m bench.nacha prepare 1000000 100000   # debits, of which so many come back
python -m bench.nacha write FOLDER             # prints the seconds a file took, and a COPY
python -m bench.nacha returns FOLDER           # prints the seconds it took to apply them
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import django
import psycopg
from psycopg import sql

from bench.database import SQL, BenchDatabase, environment, with_name
from bench.pgbench import door_rate
from bench.plan import Plan
from bench.report import Bar, Report, paired_ratio

CLIENTS = 8
MOST_DEBITS, MOST_RETURNS = 1_000_000, 100_000
TIMES_A_COPY, TIMES_SINGLE = 5.0, 3.0


def run(plan: Plan) -> Report:
    """Work in a copy of the filled database: what is written here is of no use to the next benchmark."""
    source = plan.database()
    debits = min(source.accounts, MOST_DEBITS)
    returned = min(debits // 10, MOST_RETURNS)
    single, applied, copied, written, gathered = [], [], [], [], []
    for place in range(plan.rounds):
        plan.tell(f"round {place + 1}: {debits:,} debits, of which {returned:,} come back")
        database = _clone(plan, source)
        try:
            with tempfile.TemporaryDirectory() as folder:
                gathered.append(
                    float(_call(database, "prepare", str(debits), folder, str(returned)))
                )
                write, copy = _call(database, "write", folder).split()
                written.append(float(write))
                copied.append(float(copy))
                single.append(door_rate(database, clients=CLIENTS, seconds=plan.seconds))
                applied.append(returned / float(_call(database, "returns", folder)))
        finally:
            _drop(plan, database)
    return Report(
        "nacha",
        figures={
            f"seconds to write {debits:,} debits": median(written),
            f"seconds to COPY {debits:,} debits": median(copied),
            f"seconds to gather {debits:,} debits": median(gathered),
            "returns applied/s": median(applied),
            f"single payments/s, clients: {CLIENTS}": median(single),
        },
        bars=[
            Bar("file to COPY", paired_ratio(written, copied), TIMES_A_COPY, at_most=True),
            Bar("returns to single", paired_ratio(applied, single), TIMES_SINGLE),
        ],
    )


def prepare(debits: int, folder: str, returned: int) -> float:
    """Make bank accounts and debits, gather them, count them, and compose what comes back."""
    from django.db import connection

    from openmember.members.types import system
    from openmember.payments.ach.originator import get_originator
    from openmember.payments.ach.services import files
    from openmember.payments.ach.testing import MONDAY, NOON

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        # Bank accounts in sets, which only the tables' owner may write.
        cursor.execute("SET ROLE NONE")
        cursor.execute("SELECT number FROM accounts_account ORDER BY random() LIMIT %s", [debits])
        numbers = [number for (number,) in cursor.fetchall()]
        cursor.execute("CREATE TEMP TABLE sealed (place bigint, number text, sealed bytea)")
        with cursor.copy("COPY sealed FROM STDIN") as copy:
            for row in _sealed(numbers):
                copy.write_row(row)
        for statement in (SQL / "debits.sql").read_text(encoding="utf-8").split(";\n"):
            cursor.execute(statement)
    started = time.perf_counter()
    dates = files.rules.dates_of(MONDAY, NOON, NOON.time(), NOON.time())
    files._gather(dates, get_originator(), system("bench"), same_day=False)
    took = time.perf_counter() - started
    Path(folder, "returned").write_text(str(returned))
    return took


def write(folder: str) -> tuple[float, float]:
    """Write the gathered file; copy the same rows, as the database keeps them, to another."""
    from django.db import connection

    from openmember.members.types import system
    from openmember.payments.ach import writing
    from openmember.payments.ach.queries import list_files
    from openmember.payments.ach.services import files

    (gathered,) = list_files()
    started = time.perf_counter()
    files.write_file(name=gathered.name, folder=Path(folder), actor=system("bench"))
    wrote = time.perf_counter() - started
    started = time.perf_counter()
    rows = writing.ROWS.replace(
        "e.batch = %(batch)s AND e.id BETWEEN %(first)s AND %(last)s", "true"
    )
    with connection.cursor() as cursor, Path(folder, "copied").open("wb") as out:
        cursor.execute("SET statement_timeout = 0")
        with cursor.copy(f"COPY ({rows.replace('%(file)s', str(gathered.id))}) TO STDOUT") as copy:
            for block in copy:
                out.write(block)
        out.flush()
    return wrote, time.perf_counter() - started


def returns(folder: str) -> float:
    """Count the debits, then apply the file in which some come back. Only applying is measured."""
    from openmember.exchange.nacha import open_nacha
    from openmember.exchange.nacha.testing import compose_returns
    from openmember.members.types import system
    from openmember.payments.ach.queries import list_files
    from openmember.payments.ach.services.returns import take_answers
    from openmember.payments.ach.testing import sent_back

    (file,) = list_files()
    count = int(Path(folder, "returned").read_text())
    path = Path(folder, "returns")
    with Path(folder, file.name).open("rb") as source:
        back = [
            sent_back(entry, "R01" if place % 5 else "R03")
            for place, entry in zip(range(count), open_nacha(source), strict=False)
        ]
    _accept_first(file.id, count)
    path.write_bytes(compose_returns(back, made_on=f"{file.file_on:%y%m%d}"))
    started = time.perf_counter()
    taken = take_answers(path=path, actor=system("bench"))
    took = time.perf_counter() - started
    if taken.posted != count:
        raise RuntimeError(f"{count - taken.posted} of {count} returns were not applied")
    return took


def _accept_first(file_id: int, count: int) -> None:
    """Count the money of the first entries of the file and settle it, as months of it would long be."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT payments_ach_answer(%s, true, 'bench')", [file_id])
        cursor.execute(
            "SELECT payments_ach_accept(%s, 0, %s, '{premium,medical,pharmacy}', 'bench')", [file_id, count]
        )  # fmt: skip
        cursor.execute("SELECT payments_ach_settle(%s, 1, 0, %s, 'bench')", [file_id, count])
        cursor.execute("ANALYZE")


def _sealed(numbers: list[str]) -> Iterator[tuple[int, str, bytes]]:
    from openmember.payments.ach.sealing import get_sealer

    seal = get_sealer().seal
    for place, number in enumerate(numbers, start=1):
        yield place, number, seal(f"{place:012d}", account_number=number, bank_id=place)


def _call(database: BenchDatabase, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bench.nacha", *words],
        env=environment(database), check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout


def _clone(plan: Plan, source: BenchDatabase) -> BenchDatabase:
    name = f"bench_nacha_{source.accounts}"
    _drop(plan, BenchDatabase(with_name(plan.server_url, name), source.accounts))
    template = source.url.rpartition("/")[2].partition("?")[0]
    with psycopg.connect(plan.server_url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )  # fmt: skip
    return BenchDatabase(with_name(plan.server_url, name), source.accounts)


def _drop(plan: Plan, database: BenchDatabase) -> None:
    name = database.url.rpartition("/")[2].partition("?")[0]
    with psycopg.connect(plan.server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def main(work: str, *words: str) -> None:
    django.setup()
    if work == "prepare":
        print(prepare(int(words[0]), words[1], int(words[2])))
    elif work == "write":
        print(*write(words[0]))
    else:
        print(returns(words[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
