"""The embedded server when something is killed, full or slow: what was saved is there again."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import psycopg
import pytest

from openmember.kernel.embedded import EmbeddedPostgres, EmbeddedProblem, connect_or_start
from openmember.kernel.embedded import postmaster as postmaster_module
from openmember.kernel.embedded.layout import Layout
from openmember.kernel.embedded.leftovers import processes_on, recorded_pid
from openmember.kernel.embedded.postmaster import Postmaster
from openmember.kernel.embedded.testing import (
    FAST,
    Owner,
    is_alive,
    kill,
    new_folder,
    ready_home,
    wait_until,
)

pytestmark = pytest.mark.fault
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux")


@pytest.fixture
def home():
    with ready_home() as made:
        yield made


def write_rows(url, count=200):
    """Commit rows one by one, so that each has been acknowledged."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number int PRIMARY KEY)")
        for number in range(count):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])


def count_rows(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*), max(number) FROM kept").fetchone()


@linux_only
def test_a_killed_owner_takes_its_server_along_and_loses_nothing(home):
    with Owner(home).wait() as owner:
        write_rows(owner.url)
        owner.kill()

        # At once: the old server may still be writing its last checkpoint.
        with EmbeddedPostgres(home, options=FAST) as server:
            assert not is_alive(owner.server_pid)
            assert count_rows(server.url) == (200, 199)


def test_everything_killed_at_once_loses_nothing(home):
    data = Layout.of(home).data
    with Owner(home).wait() as owner:
        write_rows(owner.url)
        owner.process.send_signal(signal.SIGSTOP)  # So that it sees nothing of the rest.
        kill(owner.server_pid)
        for pid in processes_on(data, 0):
            try:
                kill(pid)
            except ProcessLookupError:
                continue
        owner.kill()

        with EmbeddedPostgres(home, options=FAST) as server:
            assert count_rows(server.url) == (200, 199)


@linux_only
def test_a_query_that_outlives_its_server_is_ended(home):
    data = Layout.of(home).data
    with Owner(home).wait() as owner:
        write_rows(owner.url, 10)
        connection = psycopg.connect(owner.url)
        # Never looks up from its work, so it does not notice that the server has gone.
        busy = threading.Thread(target=_count_for_ever, args=(connection,))
        busy.start()
        pid = connection.info.backend_pid
        assert wait_until(lambda: _is_working(owner.url, pid))
        kill(owner.server_pid)
        owner.kill()
        assert wait_until(lambda: processes_on(data, 0) == [pid])

        with EmbeddedPostgres(home, options=FAST) as server:
            assert not is_alive(pid)
            assert count_rows(server.url) == (10, 9)
        busy.join(10)


def _count_for_ever(connection):
    try:
        connection.execute("SELECT count(*) FROM generate_series(1, 1e12::bigint)")
    except psycopg.Error:
        connection.close()


def _is_working(url, pid):
    with psycopg.connect(url) as watcher:
        row = watcher.execute(
            "SELECT query LIKE '%%generate_series%%' AND state = 'active'"
            " FROM pg_stat_activity WHERE pid = %s",
            [pid],
        ).fetchone()
    return bool(row and row[0])


def test_a_killed_server_is_started_again_on_its_port(home):
    with EmbeddedPostgres(home, options=FAST) as server:
        write_rows(server.url, 10)
        url = server.url
        kill(server.pid)
        assert wait_until(lambda: not server.is_running())

        server.restart()

        assert server.url == url
        assert count_rows(url) == (10, 9)


def test_a_killed_backend_is_survived(home):
    with EmbeddedPostgres(home, options=FAST) as server:
        write_rows(server.url, 10)
        with psycopg.connect(server.url) as connection:
            kill(connection.info.backend_pid)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")

        assert wait_until(lambda: _answers(server.url))
        assert server.is_running()
        assert count_rows(server.url) == (10, 9)


def _answers(url):
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_server_nobody_owns_any_more_is_stopped_and_replaced(home, monkeypatch):
    # As where the kernel cannot tie a server to its owner: macOS.
    data = Layout.of(home).data
    monkeypatch.setattr(postmaster_module, "die_with_parent", lambda number: None)
    orphan = EmbeddedPostgres(home, options=FAST).start()
    write_rows(orphan.url, 10)
    old_pid = orphan.pid
    orphan._lock.release()  # What the kernel does when the owner dies.
    threading.Thread(target=orphan._postmaster._process.wait).start()  # As init does.

    with EmbeddedPostgres(home, options=FAST) as server:
        assert recorded_pid(data) == server.pid != old_pid
        assert not is_alive(old_pid)
        assert count_rows(server.url) == (10, 9)


@pytest.mark.parametrize("after_seconds", [0.05, 0.25, 0.5])
def test_a_kill_while_the_database_is_made_is_made_good(after_seconds):
    home = new_folder() / "home"
    layout = Layout.of(home)
    with Owner(home) as owner:
        assert wait_until(lambda: any(layout.server.glob("new-data-*")))
        time.sleep(after_seconds)
        owner.kill()
        assert not (layout.data / "PG_VERSION").exists() or (layout.data / "global").is_dir()

        with EmbeddedPostgres(home, options=FAST) as server:
            write_rows(server.url, 10)
            assert count_rows(server.url) == (10, 9)
            assert not list(layout.server.glob("new-*"))


def test_a_kill_before_the_roles_were_made_is_made_good(home):
    with EmbeddedPostgres(home, options=FAST) as server:
        everything = server.layout.url(server.port, "postgres")
        with psycopg.connect(everything, autocommit=True) as connection:
            connection.execute("DROP DATABASE openmember")
            connection.execute("DROP ROLE openmember_app")

    with EmbeddedPostgres(home, options=FAST) as server, psycopg.connect(server.url) as connection:
        connection.execute("SET ROLE openmember_app")


def test_a_long_recovery_is_waited_for_and_told(home, monkeypatch):
    monkeypatch.setattr(postmaster_module, "TELL_SECONDS", 0.1)
    _held_back(monkeypatch, seconds=0.6)
    told = []

    with EmbeddedPostgres(home, options=FAST, progress=told.append) as server:
        assert _answers(server.url)
        assert any("recovering" in sentence for sentence in told)


def test_a_recovery_without_end_is_given_up_in_a_sentence(home, monkeypatch):
    monkeypatch.setattr(postmaster_module, "STOP_SECONDS", 0.1)
    monkeypatch.setattr(postmaster_module, "TELL_SECONDS", 0.1)
    _held_back(monkeypatch, seconds=1)

    with pytest.raises(EmbeddedProblem, match="still recovering"):
        EmbeddedPostgres(home, options=FAST, recovery_seconds=0.3).start()

    with EmbeddedPostgres(home, options=FAST) as server:
        assert server.is_running()


def _held_back(monkeypatch, *, seconds):
    """Stop the first server for a while just after it was launched."""
    launch = Postmaster.launch

    def slow(*arguments, **options):
        launched = launch(*arguments, **options)
        os.kill(launched.pid, signal.SIGSTOP)
        threading.Timer(seconds, os.kill, (launched.pid, signal.SIGCONT)).start()
        monkeypatch.setattr(Postmaster, "launch", launch)
        return launched

    monkeypatch.setattr(Postmaster, "launch", slow)


@linux_only
def test_who_shared_with_a_killed_owner_takes_over(home):
    with Owner(home, "shared").wait() as owner:
        with connect_or_start(home) as joined:
            write_rows(joined.url, 10)
            owner.kill()

        with connect_or_start(home, options=FAST) as server:
            assert server.owned
            assert count_rows(server.url) == (10, 9)


@pytest.fixture
def small_disk():
    """A disk of 96 MB of its own, which is more than a new database and less than two."""
    folder = new_folder() / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=96m,mode=755", "openmember-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("needs root and the right to mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk, *, leave_bytes):
    with (disk / "filler").open("wb") as filler:
        os.posix_fallocate(filler.fileno(), 0, shutil.disk_usage(disk).free - leave_bytes)


def write_without_end(url):
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            connection.execute(
                "INSERT INTO kept SELECT max(number) + g FROM kept,"
                " generate_series(1, 20000) AS g GROUP BY g"
            )


@pytest.mark.parametrize("leave_bytes", [0, 100_000, 20_000_000])
def test_a_disk_too_full_for_a_new_database_is_named(small_disk, leave_bytes):
    home = small_disk / "home"
    fill(small_disk, leave_bytes=leave_bytes)

    with pytest.raises(EmbeddedProblem, match=r"disk that holds .* is full"):
        EmbeddedPostgres(home, options=FAST).start()

    (small_disk / "filler").unlink()
    with EmbeddedPostgres(home, options=FAST) as server:
        assert server.is_running()


def test_a_disk_that_fills_while_serving_loses_nothing(small_disk):
    home = small_disk / "home"
    with EmbeddedPostgres(home, options={**FAST, "max_wal_size": "32MB"}) as server:
        write_rows(server.url, 10)
        fill(small_disk, leave_bytes=0)
        with pytest.raises(psycopg.Error):
            write_without_end(server.url)
        kill(server.pid)

    with pytest.raises(EmbeddedProblem, match=r"disk that holds .* is full"):
        EmbeddedPostgres(home, options=FAST).start()

    (small_disk / "filler").unlink()
    with EmbeddedPostgres(home, options=FAST) as server:
        count, highest = count_rows(server.url)
        assert count == highest + 1 >= 10
