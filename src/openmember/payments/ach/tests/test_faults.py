"""Killed while a file is written, and two at the same work: no entry lost, doubled or made up."""

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from openmember.kernel.sql import fetch_one
from openmember.payments.ach import queries as ach
from openmember.payments.ach import writing
from openmember.payments.ach.services import files, returns
from openmember.payments.ach.testing import MONDAY, NOON, a_debit, a_file, entries_of, sent_back
from openmember.payments.jobs import check_books
from openmember.payments.testing import TESTER, an_account

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="forks"),
]


def make(folder):
    return files.make_files(file_on=MONDAY, now=NOON, folder=folder, actor=TESTER)


def killed(work, where, name):
    """Run `work` in a process of its own that is killed when it calls `name` of `where`."""
    connection.close()
    child = os.fork()
    if child == 0:
        setattr(where, name, lambda *_args, **_kwargs: os.kill(os.getpid(), signal.SIGKILL))
        work()
        os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize(
    ("where", "name", "is_noted"),
    [
        (files, "write_file", False), (writing, "get_sealer", False), (files.os, "fsync", False),
        (files, "_give_name", True),
    ],
)  # fmt: skip
def test_killed_anywhere_it_is_finished_the_next_time(tmp_path, where, name, is_noted):
    for _ in range(5):
        a_debit(an_account())

    killed(lambda: make(tmp_path), where, name)

    assert [path for path in tmp_path.glob("*.ach") if not path.name.startswith(".")] == []
    (left,) = ach.list_files()
    assert (left.status == "written") is is_noted
    made = make(tmp_path)
    assert len(made.written) + len(made.known) == 1
    (file,) = ach.list_files()
    assert writing.hash_of(tmp_path / file.name) == file.sha256
    assert len(entries_of(tmp_path, file)) == 5
    assert list(tmp_path.glob(".*")) == []
    assert check_books() == ()


def at_once(*works):
    """Run these at the same time, each with a connection of its own."""
    barrier = Barrier(len(works))

    def run(work):
        try:
            barrier.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [found.result() for found in [pool.submit(run, work) for work in works]]


def test_two_at_one_file_write_it_once(tmp_path):
    for _ in range(20):
        a_debit(an_account())

    at_once(lambda: make(tmp_path), lambda: make(tmp_path))

    (file,) = ach.list_files()
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert len(entries_of(tmp_path, file)) == 20
    assert check_books() == ()


def test_a_file_acknowledged_twice_at_once_counts_once(tmp_path):
    for _ in range(10):
        a_debit(an_account())
    file = a_file(tmp_path, acknowledged=False)

    at_once(*[lambda: files.acknowledge_file(file=file, actor=TESTER)] * 2)

    row = fetch_one("SELECT count(*) AS moves FROM payments_move WHERE to_status = 'accepted'")
    assert row.moves == 10
    assert check_books() == ()


def test_returns_taken_twice_at_once_are_booked_once(tmp_path):
    from openmember.exchange.nacha.testing import compose_returns

    for _ in range(10):
        a_debit(an_account())
    entries = entries_of(tmp_path, a_file(tmp_path, settled=True))
    paths = [tmp_path / "one", tmp_path / "two"]
    for path, day in zip(paths, ("261125", "261126"), strict=True):
        path.write_bytes(
            compose_returns([sent_back(entry, "R01") for entry in entries], made_on=day)
        )

    taken = at_once(*[lambda p=path: returns.take_answers(path=p, actor=TESTER) for path in paths])

    assert sum(one.posted for one in taken) == 10
    assert (
        sum(row["count"] for one in taken for row in one.returns if row["outcome"] == "repeated")
        == 10
    )
    assert check_books() == ()


def test_killed_between_the_parts_of_an_acknowledgement_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "ENTRIES_AT_ONCE", 2)
    for _ in range(5):
        a_debit(an_account())
    file = a_file(tmp_path, acknowledged=False)
    killed(
        lambda: files.acknowledge_file(file=file, actor=TESTER, progress=lambda _done: os.kill(os.getpid(), 9)),
        files, "settle_files",
    )  # fmt: skip
    counted = fetch_one("SELECT count(*) AS n FROM payments_payment WHERE status = 'accepted'").n

    files.acknowledge_file(file=file, actor=TESTER)

    assert counted == 2
    assert fetch_one("SELECT count(*) AS n FROM payments_payment WHERE status = 'accepted'").n == 5
    assert check_books() == ()


def test_ranges_worked_at_side_by_side_keep_the_books(tmp_path, monkeypatch):
    from openmember.payments.ach.testing import take_back

    monkeypatch.setattr(returns, "RANGE_ROWS", 3)
    for _ in range(10):
        a_debit(an_account())
    entries = entries_of(tmp_path, a_file(tmp_path, settled=True))

    taken = take_back(tmp_path, [sent_back(entry, "R01") for entry in entries])

    assert taken.posted == 10
    assert check_books() == ()
