"""Bring the database to what this version of the code expects. Repeatable, and quick when done."""

import hashlib
import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line, say
from openmember.config.environment import Environment

OLDEST_SERVER = 15
# Any number, as long as every OpenMember takes the same one.
LOCK_KEY = 0x6F70656E6D656D62 & 0x7FFFFFFFFFFFFFFF


def prepare(as_json: Json = False) -> None:
    """Bring the database up to date: tables, functions and rights. Safe to repeat."""
    with database(prepare=False):
        applied = prepare_database()
    text = f"{applied} migrations applied" if applied else "The database is up to date"
    answer({"applied": applied}, as_json=as_json, otherwise=lambda: line(text))


def prepare_database() -> int:
    """Migrate and grant rights, one process at a time, and return how many migrations ran.

    Locks:   an advisory lock over the whole database, so that two starts do not both migrate.
    Errors:  Refusal when the server cannot be reached or is too old.
    """
    with as_owner() as connection:
        _check_server(connection)
        if not pending_migrations() and _stamp(connection) == _fingerprint():
            return 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_KEY])
            if not cursor.fetchone()[0]:
                say("waiting for another process that prepares the database")
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_KEY])
            try:
                return _prepare(connection)
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_KEY])


def pending_migrations() -> list[str]:
    """Return the migrations on disk that the database has not had, as `app.name`."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations')")
        if cursor.fetchone()[0] is None:
            return migrations_on_disk()
        cursor.execute("SELECT app || '.' || name FROM django_migrations")
        applied = {name for (name,) in cursor.fetchall()}
    return [name for name in migrations_on_disk() if name not in applied]


def migrations_on_disk() -> list[str]:
    """Return every migration's name without importing it, which is what takes Django long."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    names = []
    for app in apps.get_app_configs():
        module, _ = MigrationLoader.migrations_module(app.label)
        try:
            package = import_module(module) if module else None
        except ModuleNotFoundError:
            continue
        for found in pkgutil.iter_modules(getattr(package, "__path__", [])):
            if not found.ispkg and found.name[0] not in "_~":
                names.append(f"{app.label}.{found.name}")
    return names


@contextmanager
def as_owner() -> Iterator[Any]:
    """Give a connection that works as who signed in, not as the application's role, unhurried."""
    from django.db import connection

    options = connection.settings_dict["OPTIONS"]
    usual = options.get("options")
    connection.close()
    options["options"] = "-c statement_timeout=0 -c timezone=UTC"
    try:
        yield connection
    finally:
        connection.close()
        options["options"] = usual


def _prepare(connection: Any) -> int:
    from django.core.management import call_command
    from django.db import transaction

    from openmember.kernel import grants
    from openmember.payments.jobs import ensure_months, office_today

    # Counted again under the lock: another process may have done the work meanwhile.
    pending = pending_migrations()
    if pending:
        say(f"preparing the database: {len(pending)} migrations")
        call_command("migrate", interactive=False, verbosity=0)
    with transaction.atomic():
        # Before the rights are given, so that the new months have none of their own.
        ensure_months(office_today())
        grants.apply()
        with connection.cursor() as cursor:
            # Only written when all of the above is done, so a kill in between repeats it.
            cursor.execute(f"COMMENT ON TABLE django_migrations IS '{_fingerprint()}'")
    return len(pending)


def _stamp(connection: Any) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regclass('django_migrations'))")
        return str(cursor.fetchone()[0])


def _fingerprint() -> str:
    from openmember.kernel import grants

    said = "\n".join([*sorted(migrations_on_disk()), inspect.getsource(grants)])
    return f"prepared by openmember {hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _check_server(connection: Any) -> None:
    from django.db.utils import NotSupportedError, OperationalError

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise Refusal(unreachable(connection, error)) from error
    except NotSupportedError as error:
        raise Refusal(_too_old(connection.pg_version)) from error
    if connection.pg_version < OLDEST_SERVER * 10000:
        raise Refusal(_too_old(connection.pg_version))
    role = Environment.read().database_role
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_encoding'),"
            " EXISTS (SELECT FROM pg_roles WHERE rolname = %s)",
            [role],
        )
        encoding, has_role = cursor.fetchone()
    if role and not has_role:
        raise Refusal(
            f"There is no role {role}, which OPENMEMBER_DATABASE_ROLE names: run CREATE ROLE {role}"
            f" NOLOGIN and GRANT {role} TO the user of DATABASE_URL, or unset the variable."
        )
    if encoding != "UTF8":
        raise Refusal(
            f"The database of DATABASE_URL is encoded as {encoding}: create it anew with "
            "CREATE DATABASE openmember ENCODING 'UTF8' TEMPLATE template0."
        )


def unreachable(connection: Any, error: Exception) -> str:
    """Return the sentence for a database that does not answer, without its password."""
    settings = connection.settings_dict
    where = f"{settings['HOST'] or 'the local socket'}:{settings['PORT'] or 5432}"
    reason = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
    return f"The database at {where} cannot be used ({reason}): check DATABASE_URL."


def _too_old(version: int) -> str:
    return (
        f"OpenMember needs PostgreSQL {OLDEST_SERVER} or newer, and DATABASE_URL leads to "
        f"{version // 10000}: use a newer server, or unset DATABASE_URL for the embedded one."
    )
