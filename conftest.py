"""What every test shares: a database with its months open, emptied after tests that commit."""

import os
from typing import Any

import pytest
import tests.examples  # noqa: F401  sets how hard property tests try
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from tests.template import template

# Facts the migrations wrote, which no test changes.
KEPT = {"ledger_code", "django_migrations", "django_content_type"}


# Deleting what little is there takes a tenth of the time of truncating them all.
EMPTY = """
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT oid::regclass FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
          AND relname <> ALL ('{%s}')
    LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
END $$
"""


def empty(self: TransactionTestCase) -> None:
    """Empty every table; what history refuses to lose and foreign keys refuse one after another."""
    with connection.cursor() as cursor:
        for leaf in _locked_months(cursor):
            cursor.execute(f"DROP TRIGGER ledger_month_closed ON {leaf}")
        # As only somebody with the database's own password could.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(EMPTY % ",".join(KEPT))
        cursor.execute("SET session_replication_role = origin")


def _locked_months(cursor: Any) -> list[str]:
    """Return the partitions of months a test closed: emptying their tables would leave them closed."""
    cursor.execute(
        "SELECT tgrelid::regclass::text FROM pg_trigger"
        " WHERE tgname = 'ledger_month_closed' AND tgrelid <> 'ledger_transfer_other'::regclass"
    )
    return [leaf for (leaf,) in cursor.fetchall()]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what kills or measures on a database of its own: long, and left to one worker when last."""
    items.sort(key=lambda item: "fault" not in item.keywords or "django_db" in item.keywords)


@pytest.fixture(autouse=True)
def _english():
    """Start each test in English: a test client leaves the language of its last page behind in the thread."""
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """Copy a migrated database instead of migrating one for every process."""
    from django.conf import settings

    name = template(os.environ["DATABASE_URL"])
    settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    from openmember.payments.jobs import ensure_months
    from openmember.payments.testing import TODAY

    # Django's own flush leaves out tables without a managed model, and then fails on foreign keys.
    TransactionTestCase._fixture_teardown = empty
    with django_db_blocker.unblock():
        ensure_months(TODAY)
