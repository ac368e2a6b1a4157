"""A migrated database that others are copied from: a copy takes a second, the migrations half a minute.

It is kept on the server under a name that says which migrations it has, so that it is made once.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).parents[1]
MAKE = (sys.executable, str(ROOT / "manage.py"), "migrate", "--verbosity", "0")


def template(
    server_url: str,
    *,
    kind: str = "test",
    make: Sequence[str] = MAKE,
    environment: Mapping[str, str] = os.environ,
) -> str:
    """Return the name of the template of this kind on a server; `make` migrates it where there is none."""
    name = f"{kind}_template_{_migrations()}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        # Of several at once one makes it and the others wait.
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone():
            _drop_like(connection, f"{kind}_template_")
            unfinished = f"{kind}_unfinished"
            connection.execute(_words("DROP DATABASE IF EXISTS {}", unfinished))
            connection.execute(_words("CREATE DATABASE {}", unfinished))
            address = urlunsplit(urlsplit(server_url)._replace(path=f"/{unfinished}"))
            subprocess.run(make, env={**environment, "DATABASE_URL": address}, check=True)
            connection.execute(_words("ALTER DATABASE {} RENAME TO {}", unfinished, name))
    return name


def _drop_like(connection: psycopg.Connection, stem: str) -> None:
    """Drop the templates of other migrations."""
    rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{stem}%"])
    for (name,) in rows.fetchall():
        connection.execute(_words("DROP DATABASE IF EXISTS {}", name))


def _words(words: str, *names: str) -> sql.Composed:
    return sql.SQL(words).format(*map(sql.Identifier, names))


def _migrations() -> str:
    """Return a digest of every migration, ours and those of the libraries in the lock."""
    digest = sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted((ROOT / "src").rglob("migrations/*")):
        if path.suffix in {".sql", ".py"}:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
