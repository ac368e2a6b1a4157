"""What is told of trouble, and what is chosen for a machine: both from plain values."""

import errno
from pathlib import Path

import pytest

from openmember.kernel.embedded.problems import (
    BlockedByOrphans,
    PortTaken,
    explain,
    from_os_error,
)
from openmember.kernel.embedded.tuning import GB, MB, options_for

PLACE = Path("/home/somebody/database")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('FATAL:  could not write to file "pg_wal/xlogtemp.1": No space left on device', "full"),
        ("initdb: error: could not write file: No space left on device", "full"),
        ('FATAL:  could not extend file "base/1/2": wrote only 4096 of 8192 bytes', "full"),
        ("FATAL:  could not write: Disk quota exceeded", "full"),
        ("FATAL:  could not create any TCP/IP sockets", "Port 5433 on 127.0.0.1 is taken"),
        ("FATAL:  database files are incompatible with server", "another version"),
        ('FATAL:  data directory "/x" has wrong ownership', "as the user who owns"),
        ("initdb: error: could not create directory: Permission denied", "as the user who owns"),
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", "little memory"),
        ('FATAL:  could not resize shared memory segment "/x": No space left on device', "memory"),
        ("PANIC:  could not locate a valid checkpoint record at 0/1", "damaged"),
        ("LOG:  x: Read-only file system", "read-only"),
        ('FATAL:  unrecognized configuration parameter "a"', "not one it knows"),
        ("FATAL:  something new", "something new"),
        ("", "it said nothing"),
    ],
)
def test_the_servers_words_become_one_sentence(said, told):
    problem = explain(said, place=PLACE, log=PLACE / "postgres.log", port=5433)

    assert told in str(problem)
    assert "\n" not in str(problem)


def test_some_trouble_is_worth_another_try():
    assert isinstance(explain("pre-existing shared memory block", place=PLACE), BlockedByOrphans)
    assert isinstance(explain("bind: Address already in use", place=PLACE), PortTaken)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "full"),
        (errno.EACCES, "may not use"),
        (errno.EROFS, "read-only"),
        (errno.ENOTDIR, "not a folder"),
        (errno.ENOLCK, "local disk"),
        (errno.EIO, "cannot use"),
    ],
)
def test_a_failed_file_becomes_one_sentence(number, told):
    problem = from_os_error(OSError(number, "said the system", "/some/file"), place=PLACE)

    assert told in str(problem)


def test_a_large_machine_does_not_give_everything_to_the_database():
    options = options_for(memory_bytes=512 * GB, free_disk_bytes=9000 * GB, shared_memory_bytes=GB)

    assert options["shared_buffers"] == "4096MB"
    assert options["max_wal_size"] == "8192MB"
    assert "dynamic_shared_memory_type" not in options


def test_a_small_container_is_not_overfilled():
    options = options_for(memory_bytes=512 * MB, free_disk_bytes=GB, shared_memory_bytes=64 * MB)

    assert options["shared_buffers"] == "102MB"
    assert options["max_wal_size"] == "256MB"
    assert options["dynamic_shared_memory_type"] == "mmap"


def test_the_log_holds_no_statement():
    options = options_for(memory_bytes=GB, free_disk_bytes=GB, shared_memory_bytes=GB)

    assert options["log_min_error_statement"] == "panic"
    assert options["log_error_verbosity"] == "terse"
