"""Bringing the database up to date: once, by one process, and quickly when nothing is to do."""

import json

import pytest
from django.db import connection

from openmember.cli import prepare
from openmember.cli.output import Refusal
from openmember.cli.prepare import pending_migrations, prepare_database
from openmember.cli.testing import openmember
from openmember.kernel.embedded.testing import new_folder


@pytest.mark.django_db(transaction=True)
def test_a_prepared_database_is_left_alone(monkeypatch):
    options = connection.settings_dict["OPTIONS"]["options"]
    prepare_database()

    monkeypatch.setattr(prepare, "_prepare", lambda connection: pytest.fail("prepared again"))

    assert prepare_database() == 0
    assert connection.settings_dict["OPTIONS"]["options"] == options


@pytest.mark.django_db(transaction=True)
def test_a_database_left_before_its_rights_were_granted_is_finished(monkeypatch):
    prepare_database()
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON TABLE django_migrations IS NULL")
        cursor.execute("REVOKE ALL ON django_session FROM openmember_app")

    prepare_database()

    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('openmember_app', 'django_session', 'INSERT')")
        assert cursor.fetchone() == (True,)


@pytest.mark.django_db(transaction=True)
def test_a_role_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("OPENMEMBER_DATABASE_ROLE", "nobody_of_that_name")

    with pytest.raises(Refusal, match="CREATE ROLE nobody_of_that_name"):
        prepare_database()


@pytest.mark.django_db
def test_a_migration_the_database_has_not_had_is_named():
    assert pending_migrations() == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    assert pending_migrations() == ["sessions.0001_initial"]


def test_an_old_server_and_an_unreachable_one_are_told_in_a_sentence():
    home = new_folder()
    for url, told in (
        ("postgresql://a:secret-word@127.0.0.1:1/x", "127.0.0.1:1 cannot be used"),
        ("mysql://a:secret-word@127.0.0.1:1/x", "DATABASE_URL must look like"),
    ):
        run = openmember(home, "prepare", "--json", DATABASE_URL=url)
        stdout, stderr = run.communicate(timeout=60)

        assert run.returncode == 1
        assert told in json.loads(stdout)["error"]
        assert "secret-word" not in stdout + stderr
    assert "needs PostgreSQL 15 or newer" in prepare._too_old(140009)


def test_two_commands_on_a_new_home_prepare_it_once():
    home = new_folder()
    runs = [openmember(home, "prepare", "--json") for _ in range(2)]

    said = [json.loads(run.communicate(timeout=120)[0]) for run in runs]

    assert [run.returncode for run in runs] == [0, 0]
    assert sorted(answer["applied"] > 0 for answer in said) == [False, True]
    assert not (home / "database" / "server" / "data" / "postmaster.pid").exists()
