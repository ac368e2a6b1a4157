"""The embedded server from its owner's side: started, refused, shared, put right."""

import os
import shutil
import socket
import stat
import time
from pathlib import Path

import psycopg
import pytest

from openmember.kernel.embedded import (
    EmbeddedPostgres,
    EmbeddedProblem,
    InUse,
    connect_or_start,
    programs,
)
from openmember.kernel.embedded.layout import Layout
from openmember.kernel.embedded.testing import FAST, Owner, as_user, new_folder, ready_home

IS_ROOT = os.geteuid() == 0
NOBODY = 65534
root_only = pytest.mark.skipif(not IS_ROOT, reason="needs root")


@pytest.fixture
def home():
    with ready_home() as made:
        yield made


def value(url, query):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchone()[0]


def test_a_new_home_gets_a_database_that_stays():
    home = new_folder() / "made" / "on the way é"

    with EmbeddedPostgres(home, options=FAST) as server:
        assert value(server.url, "SELECT current_database()") == "openmember"
        assert value(server.url, "SELECT current_setting('data_checksums')") == "on"
        assert value(server.url, "SELECT current_setting('listen_addresses')") == "127.0.0.1"
        assert value(
            server.url, "SELECT datlocprovider::text || datlocale FROM pg_database LIMIT 1"
        ) == ("bC.UTF-8")
        assert value(
            server.url,
            "SELECT rolsuper::text || rolcanlogin::text FROM pg_roles WHERE rolname ="
            " 'openmember_app'",
        ) == ("falsefalse")
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")

    assert not server.is_running()
    with EmbeddedPostgres(home, options=FAST) as server:
        assert value(server.url, "SELECT number FROM kept") == 7


def test_nobody_gets_in_without_the_password(home):
    with EmbeddedPostgres(home, options=FAST) as server:
        socket_folder = value(server.url, "SHOW unix_socket_directories")
        for host in ("127.0.0.1", socket_folder):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(
                    host=host,
                    port=server.port,
                    user="openmember",
                    password="wrong",
                    dbname="openmember",
                )
        assert "scram-sha-256" in (server.layout.data / "pg_hba.conf").read_text()
        assert "trust" not in [
            line.split()[-1]
            for line in (server.layout.data / "pg_hba.conf").read_text().splitlines()
            if line and not line.startswith("#")
        ]
        assert stat.S_IMODE(server.layout.password.stat().st_mode) == 0o600
        assert stat.S_IMODE(server.layout.server.stat().st_mode) == 0o700
        assert server.layout.password.read_text() not in repr(server)
        assert server.layout.password.read_text() not in server.layout.log.read_text()


def test_a_second_start_is_refused_and_names_folder_and_process(home):
    with Owner(home).wait() as owner:
        with pytest.raises(InUse) as refused:
            EmbeddedPostgres(home, options=FAST).start()

        assert str(home / "database") in str(refused.value)
        assert f"process {owner.process.pid}" in str(refused.value)
        assert value(owner.url, "SELECT 1") == 1


def test_a_running_server_is_used_and_not_owned(home):
    with Owner(home).wait() as owner:
        with connect_or_start(home) as server:
            assert server.url == owner.url
            assert not server.owned
            assert value(server.url, "SELECT 1") == 1

        assert value(owner.url, "SELECT 1") == 1
        owner.stop()
        with connect_or_start(home, options=FAST) as server:
            assert server.owned


def test_an_owner_for_a_while_waits_for_those_who_joined(home):
    with Owner(home, "shared").wait() as owner, connect_or_start(home) as joined:
        owner.process.stdin.close()
        time.sleep(0.3)

        assert owner.process.poll() is None
        assert value(joined.url, "SELECT 1") == 1

        joined.stop()
        assert owner.process.wait(10) == 0


def test_a_port_that_is_taken_is_named(home):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(EmbeddedProblem, match=f"Port {port} on 127.0.0.1 is taken"):
            EmbeddedPostgres(home, port, FAST).start()

    with EmbeddedPostgres(home, port, FAST) as server:
        assert f":{port}/" in server.url


def test_data_of_another_version_is_left_alone(home):
    version_file = Layout.of(home).data / "PG_VERSION"
    ours = version_file.read_text()
    version_file.write_text("15\n")

    with pytest.raises(EmbeddedProblem, match=r"PostgreSQL 15.*PostgreSQL 18.*dump"):
        EmbeddedPostgres(home, options=FAST).start()

    version_file.write_text(ours)
    with EmbeddedPostgres(home, options=FAST) as server:
        assert value(server.url, "SELECT 1") == 1


def test_a_folder_with_something_else_in_it_is_left_alone():
    home = new_folder() / "home"
    data = Layout.of(home).data
    data.mkdir(parents=True)
    (data / "letter.txt").write_text("not a database")

    with pytest.raises(EmbeddedProblem, match="move it away"):
        EmbeddedPostgres(home, options=FAST).start()

    assert (data / "letter.txt").exists()


def test_a_platform_without_programs_is_told_to_set_database_url(home, monkeypatch):
    monkeypatch.setattr(programs, "find_spec", lambda name: None)

    with pytest.raises(EmbeddedProblem, match="set DATABASE_URL"):
        EmbeddedPostgres(home, options=FAST).start()


def test_an_option_that_is_not_one_is_named(home):
    with pytest.raises(EmbeddedProblem, match="shared_bufers"):
        EmbeddedPostgres(home, options={"shared_bufers": "1GB"}).start()


def test_a_lost_password_file_is_made_anew(home):
    layout = Layout.of(home)
    old = layout.password.read_text()
    layout.password.unlink()

    with EmbeddedPostgres(home, options=FAST) as server:
        assert layout.password.read_text() != old
        assert value(server.url, "SELECT 1") == 1


def test_lock_files_of_another_boot_do_not_matter(home):
    layout = Layout.of(home)
    # After a restart of the machine, the numbers written there belong to anybody, such as us.
    (layout.data / "postmaster.pid").write_text(
        f"{os.getpid()}\n{layout.data}\n1700000000\n5432\n\n127.0.0.1\n\nready\n"
    )
    layout.run.mkdir(exist_ok=True)
    (layout.run / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    layout.lock.write_text(f"{os.getpid()}\n")
    layout.state.write_text('{"port": 5432, "pid": 1}')

    with connect_or_start(home, options=FAST) as server:
        assert server.owned
        assert value(server.url, "SELECT 1") == 1


def test_a_long_path_needs_no_socket():
    home = new_folder() / ("long" * 20) / ("path" * 20)

    with EmbeddedPostgres(home, options=FAST) as server:
        assert value(server.url, "SHOW unix_socket_directories") == ""


@root_only
def test_root_may_keep_its_home_closed():
    closed = new_folder()
    closed.chmod(0o700)

    with EmbeddedPostgres(closed / "home", options=FAST) as server:
        assert value(server.url, "SELECT 1") == 1
        assert server.layout.data.stat().st_uid != 0

    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@root_only
def test_root_copies_programs_the_servers_user_cannot_read(home, monkeypatch):
    closed = new_folder()
    package = programs.in_wheel().root.parent
    for folder in (package, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, closed / folder.name, symlinks=True)
    closed.chmod(0o700)
    hidden = programs.Programs(closed / package.name / "pginstall", programs.in_wheel().version)
    monkeypatch.setattr(programs, "in_wheel", lambda: hidden)

    with EmbeddedPostgres(home, options=FAST) as server:
        assert value(server.url, "SELECT 1") == 1
        running = Path(f"/proc/{server.pid}/exe")
        if running.exists():
            assert running.readlink().is_relative_to(home)


@root_only
def test_an_ordinary_user_runs_it_too():
    home = new_folder()
    os.chown(home, NOBODY, NOBODY)

    def work():
        with EmbeddedPostgres(home, options=FAST) as server:
            assert value(server.url, "SELECT 1") == 1
            assert server.layout.data.stat().st_uid == NOBODY

    assert as_user(NOBODY, NOBODY, work) == 0
    # Root keeps to the owner of the data, who can go on afterwards.
    with EmbeddedPostgres(home, options=FAST) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid == NOBODY
    assert as_user(NOBODY, NOBODY, work) == 0


@root_only
def test_a_home_of_another_user_is_refused_in_a_sentence(home):
    def work():
        with pytest.raises(EmbeddedProblem, match=r"may not use .*OPENMEMBER_HOME"):
            EmbeddedPostgres(home, options=FAST).start()
        with pytest.raises(EmbeddedProblem, match="set OPENMEMBER_HOME"):
            EmbeddedPostgres("/proc/nowhere", options=FAST).start()

    assert as_user(NOBODY, NOBODY, work) == 0
