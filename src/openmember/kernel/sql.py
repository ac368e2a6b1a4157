"""Running SQL kept in files, and calling database functions that refuse by name."""

from collections import namedtuple
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, cast

from django.db import connection, migrations
from django.db.utils import Error as DatabaseError


class Refused(Exception):
    """A database function refused. `name` is the situation, `detail` what it said."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(detail or name)
        self.name = name
        self.detail = detail


# Functions refuse with this SQLSTATE and the situation's name as the message, so that callers can tell
# a decision from a fault. Class OM is unused by PostgreSQL and by the SQL standard.
REFUSED_STATE = "OM001"


@cache
def sql_text(path: Path) -> str:
    """Return the text of one SQL file, read once."""
    return path.read_text(encoding="utf-8")


def run_sql_file(beside: str, name: str) -> migrations.RunSQL:
    """Return the migration step that runs `name`, which sits beside the migration `beside`."""
    return migrations.RunSQL(sql_text(Path(beside).with_name(name)), migrations.RunSQL.noop)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn a database function's own refusals into `Refused`; real faults pass through."""
    try:
        yield
    except DatabaseError as error:
        cause = error.__cause__
        if getattr(cause, "sqlstate", None) != REFUSED_STATE:
            raise
        diagnostic = cast(Any, cause).diag
        raise Refused(diagnostic.message_primary or "", diagnostic.message_detail or "") from error


def fetch_all(query: str, params: Mapping[str, Any] | list[Any] | None = None) -> list[Any]:
    """Run one statement and return its rows as named tuples."""
    with refusals(), connection.cursor() as cursor:
        cursor.execute(query, params)
        columns = cursor.description  # Made anew each time it is asked for.
        if columns is None:
            return []
        row = _row_type(tuple(column.name for column in columns))
        return [row._make(values) for values in cursor.fetchall()]


def fetch_one(query: str, params: Mapping[str, Any] | list[Any] | None = None) -> Any:
    """Run one statement and return its only row, or None when it gives none."""
    rows = fetch_all(query, params)
    return rows[0] if rows else None


@cache
def _row_type(names: tuple[str, ...]) -> Any:
    # A column without a name of its own gets its place as one.
    return namedtuple("Row", names, rename=True)
