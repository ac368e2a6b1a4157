"""PostgreSQL's own load generator: for its TPC-B and for our door alike."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from bench.database import BenchDatabase, with_name
from openmember.kernel.embedded.problems import EmbeddedProblem
from openmember.kernel.embedded.programs import in_wheel

DOOR = Path(__file__).parent / "sql" / "door.pgbench"
# As many rows for each of TPC-B's branches as pgbench has, and no fewer branches than clients.
SCALE = 10


def program() -> str:
    """Return pgbench: the embedded server's, else the machine's."""
    try:
        return in_wheel().path("pgbench")
    except EmbeddedProblem:
        found = shutil.which("pgbench")
        if found is None:
            raise SystemExit("pgbench is not installed; it comes with PostgreSQL.") from None
        return found


def tpcb_database(server_url: str) -> str:
    """Return the address of a database with TPC-B's tables, made when there is none."""
    url = with_name(server_url, "bench_tpcb")
    with psycopg.connect(server_url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'bench_tpcb'")
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE bench_tpcb"))
            subprocess.run(
                [program(), "-i", "-q", "-s", str(SCALE), url], check=True, capture_output=True
            )
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
    done = subprocess.run(
        [program(), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(clients, 2)),
         "-T", str(seconds), *words, url],
        capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    rate = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    if rate is None or "aborted" in done.stderr:
        raise SystemExit(f"pgbench failed: {done.stderr[-500:]}")
    return float(rate[1])
