"""PostgreSQL's own load generator: for its TPC-B and for our door alike."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from bench.database import BenchDatabase, with_name
from openmember.kernel.embedded.problems import EmbeddedProblem
from openmember.kernel.embedded.programs import in_wheel

DOOR = Path(__file__).parent / "sql" / "door.pgbench"
# As many rows for each of TPC-B's branches as pgbench has, and no fewer branches than clients.
SCALE = 10
VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
}


def program() -> str:
    """Return pgbench: the embedded server's, else the machine's."""
    try:
        return in_wheel().path("pgbench")
    except EmbeddedProblem:
        found = shutil.which("pgbench")
        if found is None:
            raise RuntimeError("pgbench is not installed; it comes with PostgreSQL.") from None
        return found


def tpcb_database(server_url: str) -> str:
    """Return the address of a database with TPC-B's tables, made when there is none."""
    url = with_name(server_url, "bench_tpcb")
    with psycopg.connect(server_url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'bench_tpcb'")
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE bench_tpcb"))
            _pgbench(url, ["-i", "-q", "-s", str(SCALE)])
    return url


def tpcb_rate(url: str, *, clients: int, seconds: int) -> float:
    """Return TPC-B transactions a second."""
    return _run(url, clients, seconds, ["-b", "tpcb-like"])


def door_rate(database: BenchDatabase, *, clients: int, seconds: int) -> float:
    """Return payments a second through the door, each on an account drawn at random, under a new key."""
    variables = {"n": 0, "accounts": database.accounts, "run": time.time_ns()}
    words = [word for name, value in variables.items() for word in ("-D", f"{name}={value}")]
    return _run(database.url, clients, seconds, ["-f", str(DOOR), *words])


def _run(url: str, clients: int, seconds: int, words: list[str]) -> float:
    threads = str(min(clients, 2))
    done = _pgbench(
        url,
        ["-n", "-M", "prepared", "-c", str(clients), "-j", threads, "-T", str(seconds), *words],
    )
    rate = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    if rate is None or "aborted" in done.stderr:
        raise RuntimeError(f"pgbench failed: {done.stderr[-500:]}")
    return float(rate[1])


def _pgbench(url: str, words: list[str]) -> subprocess.CompletedProcess[str]:
    # The address holds a password, and arguments are shown to every user of the machine.
    address = {VARIABLES[name]: str(value) for name, value in conninfo_to_dict(url).items()}
    return subprocess.run(
        [program(), *words],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **address, "LC_ALL": "C"},
    )
