"""What was backed up is there again, whole, on another server."""

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import tarfile
from threading import Thread

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from openmember.cli.archive import Writer, read_contents
from openmember.cli.backup import _put_back, backup, restore
from openmember.cli.output import Refusal
from openmember.cli.testing import HIDDEN, openmember
from openmember.documents import copies, storage
from openmember.documents.services import receiving, take_back
from openmember.documents.testing import a_file
from openmember.kernel.embedded import EmbeddedPostgres
from openmember.kernel.embedded.testing import new_folder, python_path

KEEP = """
from openmember.documents import storage
from openmember.documents.services import receiving, take_back
from openmember.documents.testing import a_file
for what in (b"pay stub", b"rotten", b"lost", b"taken back"):
    with receiving(upload=a_file(content=b"%PDF-1.7 " + what + b"\\n%%EOF\\n")) as kept:
        print(kept.stored_as)
    if what == b"rotten":
        storage.path_of(kept.stored_as).write_bytes(b"of another disk")
    if what == b"lost":
        storage.drop(kept.stored_as)
take_back(stored_as=kept.stored_as)
"""
KEPT = """
import sys
from openmember.documents.copies import still_kept
print(*still_kept(sys.argv[1:]))
"""
READ = """
import sys
from openmember.documents.services import reading
with reading(stored_as=sys.argv[1]) as source:
    print(source.read())
"""


def run(home, *words):
    process = openmember(home, *words, "--json")
    stdout, _ = process.communicate(timeout=120)
    return process.returncode, json.loads(stdout)


def within(home, script, *words):
    """Run a few lines with the database of a home, as the application would."""
    lines = "".join(f"    {line}\n" for line in script.strip().splitlines())
    program = f"from openmember.cli.database import database\nwith database():\n{lines}"
    kept = {name: value for name, value in os.environ.items() if name not in HIDDEN}
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        env={**kept, "OPENMEMBER_HOME": str(home), "PYTHONPATH": python_path()},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")


def test_a_backup_fills_a_new_home_and_a_document_opens_there():
    old, new, file = new_folder(), new_folder(), new_folder() / "everything.backup"
    stub, rotten, lost, taken_back = [word for word in within(old, KEEP) if len(word) == 48]

    status, written = run(old, "database", "backup", str(file))

    # What is wrong with two of them is said, and keeps nobody from the rest.
    assert (status, written["bytes"], written["documents"]) == (1, file.stat().st_size, 2)
    assert (written["documents_damaged"], written["documents_lost"]) == ([rotten], [lost])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    # Half a file is no backup: nothing of it stays.
    half = file.with_name("half.backup")
    for kept in (file.stat().st_size // 2, file.stat().st_size - 2048):
        half.write_bytes(file.read_bytes()[:kept])
        assert "was not restored" in run(new, "database", "restore", str(half))[1]["error"]
    assert not [path for path in (new / "documents").rglob("*") if path.is_file()]

    status, restored = run(new, "database", "restore", str(file))

    assert (status, restored["migrations_applied"], restored["documents"]) == (0, 0, 2)
    assert (restored["documents_damaged"], restored["documents_lost"]) == ([rotten], [lost])
    assert "pay stub" in within(new, READ, stub)[0]
    assert not (new / "documents" / taken_back[:2] / taken_back).exists()
    assert (new / "documents" / rotten[:2] / rotten).read_bytes() == b"of another disk"
    # A lost file is not one that was taken back.
    assert within(new, KEPT, lost, taken_back)[0] == lost
    with EmbeddedPostgres(new) as server, psycopg.connect(server.url) as connection:
        connection.execute("SET ROLE openmember_app")
        connection.execute("SELECT count(*) FROM django_session")


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_meanwhile_is_noted(tmp_path, settings, monkeypatch):
    here = connection.settings_dict
    parts = {name: str(here[name.upper()]) for name in ("host", "port", "user", "password")}
    monkeypatch.setenv("DATABASE_URL", make_conninfo(dbname=here["NAME"], **parts))
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    with receiving(upload=a_file()) as kept:
        pass
    listing = copies.list_kept
    monkeypatch.setattr(copies, "list_kept", lambda: (listing(), elsewhere(kept.stored_as))[0])

    backup(tmp_path / "everything.backup")

    contents = read_contents(tmp_path / "everything.backup")
    assert (contents.gone, contents.lost, contents.sums) == ([kept.stored_as], [], {})


def elsewhere(stored_as):
    """Take a file back as another request would, on a connection of its own."""

    def work():
        take_back(stored_as=stored_as)
        connection.close()

    thread = Thread(target=work)
    thread.start()
    thread.join()


def test_a_document_that_rots_in_the_backup_is_put_back_and_named(tmp_path, settings):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    name, file = "a" * 48, tmp_path / "everything.backup"
    (tmp_path / "one").write_bytes(b"pay stub")
    with file.open("wb") as target, (tmp_path / "one").open("rb") as source:
        writer = Writer(target)
        writer.add_dump(io.BytesIO(b"PGDMP"))
        writer.add_document(name, hashlib.sha256(b"pay stub").hexdigest(), source)
        assert not writer.finish().damaged
    file.write_bytes(file.read_bytes().replace(b"pay stub", b"pay slip"))
    contents = read_contents(file)

    assert _put_back(file, contents) == [name]

    assert contents.damaged == [name]
    assert storage.path_of(name).read_bytes() == b"pay slip"


def test_a_backup_is_a_tar_that_others_read(tmp_path):
    file = tmp_path / "everything.backup"
    (tmp_path / "one").write_bytes(b"x" * 700)
    with file.open("wb") as target, (tmp_path / "one").open("rb") as source:
        writer = Writer(target)
        writer.add_dump(io.BytesIO(b"PGDMP" + b"y" * 1000))
        writer.add_document("a" * 48, "0" * 64, source)
        writer.finish()

    with tarfile.open(file) as tar:
        names = tar.getnames()
        dump = tar.extractfile("database.dump").read()

    assert names == ["database.dump", f"documents/{'a' * 48}", "contents.json"]
    assert (len(dump), dump[:5]) == (1005, b"PGDMP")


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
