"""Databases filled in sets and kept for the next run; their name says what is in them."""

import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from tests.template import template

SQL = Path(__file__).parent / "sql"
SOURCE = Path(__file__).parents[1] / "src" / "openmember"
# The steps in order, with the table each one fills: analysed, so that the next one's foreign keys find
# their rows by index.
FILL = {
    "members": "members_member",
    "accounts": "accounts_account",
    "bills": "billing_bill",
    "lines": "billing_line",
    "transfers": "ledger_transfer",
    "balances": "ledger_balance",
    "yardstick": "yardstick_bill",
}
# For the premium run: accounts that were never billed, and what covers them.
PREMIUM_FILL = {
    "members": "members_member",
    "accounts": "accounts_account",
    "empty_balances": "ledger_balance",
    "enrollees": "coverage_enrollee",
    "spans": "coverage_span",
    "rates": "billing_rate",
}
MOST_RUNS = 12
# Payments use open bills up; with more than this for each account, the next run begins afresh.
PAYMENTS_AN_ACCOUNT = 0.5
FEW_PAYMENTS = 50_000


@dataclass(frozen=True, slots=True)
class BenchDatabase:
    """A filled database, and the server it stands on."""

    url: str
    accounts: int


def filled(
    server_url: str,
    accounts: int,
    tell: Callable[[str], None],
    fill: Mapping[str, str] = FILL,
    kind: str = "",
) -> BenchDatabase:
    """Return a database of so many accounts, filling it when there is none of this schema, or a used one."""
    name = f"bench_{kind}{accounts}_{_schema_hash()}"
    database = BenchDatabase(with_name(server_url, name), accounts)
    with psycopg.connect(server_url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if known.fetchone() and _is_usable(database):
            return database
        _drop_like(connection, f"bench_{kind}{accounts}")
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(_template(server_url))
            )
        )
    tell(f"filling a database with {accounts:,} accounts, once")
    _fill(database, fill)
    return database


def environment(database: BenchDatabase) -> dict[str, str]:
    """Return the environment in which our programs work on this database."""
    return {
        **os.environ,
        "DATABASE_URL": database.url,
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "OPENMEMBER_LOG_LEVEL": "WARNING",
        "PYTHONPATH": os.pathsep.join([str(SOURCE.parent), str(SOURCE.parents[1])]),
    }


def _template(server_url: str) -> str:
    # By a process of its own, because Django in this one is on another database.
    return template(
        server_url,
        kind="bench",
        make=(sys.executable, "-m", "bench.prepare"),
        environment=environment(BenchDatabase(server_url, 0)),
    )


def _fill(database: BenchDatabase, fill: Mapping[str, str]) -> None:
    with psycopg.connect(database.url, autocommit=True) as connection:
        today = connection.execute("SELECT current_date").fetchone()
        # The rows are right by construction; asking each of them would take most of the time.
        connection.execute("SET session_replication_role = replica")
        for step, table in fill.items():
            connection.execute(
                (SQL / f"{step}.sql").read_text(encoding="utf-8"),
                {"accounts": database.accounts, "today": today[0] if today else None},
            )
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        connection.execute("CREATE TABLE bench_is_filled ()")


def _drop_like(connection: psycopg.Connection[Any], stem: str) -> None:
    """Drop the databases of this kind and size, whatever tables they were made for."""
    made = connection.execute(
        "SELECT datname FROM pg_database WHERE datname ~ %s", [f"^{stem}_[0-9a-f]{{8}}$"]
    )
    for (name,) in made.fetchall():
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _is_usable(database: BenchDatabase) -> bool:
    with psycopg.connect(database.url) as connection:
        row = connection.execute("SELECT to_regclass('bench_is_filled')").fetchone()
        if not row or not row[0]:
            return False
        used = connection.execute(
            "SELECT (SELECT count(*) FROM payments_payment), (SELECT count(*) FROM billing_premium_run)"
        ).fetchone()
        most = max(database.accounts * PAYMENTS_AN_ACCOUNT, FEW_PAYMENTS)
        return bool(used) and used[0] <= most and used[1] <= MOST_RUNS


def _schema_hash() -> str:
    digest = hashlib.sha256()
    for path in sorted([*SOURCE.rglob("migrations/*"), *SQL.iterdir()]):
        if path.suffix in {".sql", ".py"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def with_name(url: str, name: str) -> str:
    """Return the address of another database on the same server."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path="/" + name))
