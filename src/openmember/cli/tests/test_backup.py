"""What was backed up is there again, whole, on another server."""

import json
import stat

import psycopg
import pytest

from openmember.cli.backup import backup, restore
from openmember.cli.output import Refusal
from openmember.cli.testing import openmember
from openmember.kernel.embedded import EmbeddedPostgres
from openmember.kernel.embedded.testing import new_folder


def run(home, *words):
    process = openmember(home, *words, "--json")
    stdout, _ = process.communicate(timeout=120)
    return process.returncode, json.loads(stdout)


def test_a_backup_fills_a_new_home():
    old, new, file = new_folder(), new_folder(), new_folder() / "everything.dump"
    assert run(old, "prepare")[0] == 0

    status, written = run(old, "database", "backup", str(file))

    assert (status, written["bytes"]) == (0, file.stat().st_size)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # Half a file is no backup: nothing of it stays.
    half = file.with_name("half.dump")
    half.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert "was not restored" in run(new, "database", "restore", str(half))[1]["error"]

    status, restored = run(new, "database", "restore", str(file))

    assert (status, restored["migrations_applied"]) == (0, 0)
    with EmbeddedPostgres(new) as server, psycopg.connect(server.url) as connection:
        connection.execute("SET ROLE openmember_app")
        connection.execute("SELECT count(*) FROM django_session")


@pytest.mark.django_db(transaction=True)
def test_nothing_is_overwritten(tmp_path):
    there = tmp_path / "everything.dump"
    there.write_bytes(b"of last week")

    with pytest.raises(Refusal, match="there already"):
        backup(there)
    with pytest.raises(Refusal, match="not empty"):
        restore(there)
    with pytest.raises(Refusal, match="no file"):
        restore(tmp_path / "none.dump")
