"""`openmember database backup` and `restore`: with PostgreSQL's own programs, and the files people sent."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from openmember.cli.archive import (
    HEADER_BYTES,
    Contents,
    CutShort,
    Writer,
    documents_of,
    is_dump_alone,
    read_contents,
)
from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, finish, line, say

app = typer.Typer(no_args_is_help=True, help="Back up and restore the database.")

# Owners, rights and comments are made anew where it is restored, by whoever signs in there.
LEFT_OUT = ("--no-owner", "--no-privileges", "--no-comments")
# pg_restore 18 sets this before anything else, and servers before 17 do not know it.
UNKNOWN_TO_OLDER = b"SET transaction_timeout"
PREAMBLE_LINES = 40
NEVER_REUSED = 100_000_000  # more payments than are made between a backup and its restore
NAMED = 20  # files named at the terminal; all are with --json and in the backup's own list


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file, which then holds everything.")],
    as_json: Json = False,
) -> None:
    """Write the whole database and the files people sent to one file, while both are in use.

    It holds members' data: keep it safe. Exit 1 where a file is lost or damaged: the backup holds the rest.
    """
    if file.exists():
        raise Refusal(f"{file} is there already: name a new file.")
    with database(prepare=False):
        part = file.with_name(f"{file.name}.part")
        try:
            contents = _write(part)
            part.replace(file)
        except OSError as error:
            raise Refusal(f"{file} cannot be written: {error.strerror}.") from error
        finally:
            part.unlink(missing_ok=True)
    size = file.stat().st_size
    answer(
        {
            "file": str(file),
            "bytes": size,
            "documents": len(contents.sums),
            "documents_gone": len(contents.gone),
            **_warn(contents),
        },
        as_json=as_json,
        otherwise=lambda: line(
            f"{size / 1024**2:.1f} MB written to {file}, with {len(contents.sums)} documents."
        ),
    )
    if contents.damaged or contents.lost:
        finish(ok=False)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `backup` wrote.")],
    as_json: Json = False,
) -> None:
    """Fill an empty database from a file, whole or not at all, and bring it up to date."""
    if not file.is_file():
        raise Refusal(f"There is no file {file}.")
    with database(prepare=False):
        from openmember.cli.prepare import as_owner, prepare_database

        with as_owner() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            )
            if cursor.fetchone()[0]:
                raise Refusal(
                    "This database is not empty: restore into a new OPENMEMBER_HOME, or a new "
                    "database of DATABASE_URL."
                )
        contents = _contents(file)
        put_back = _put_back(file, contents)
        try:
            _fill(file)
        except BaseException:
            # Without its row a file is nobody's.
            _drop(put_back)
            raise
        applied = prepare_database()
        with as_owner() as connection, connection.cursor() as cursor:
            # Payments and refunds made after the backup are gone here, and the gateway still knows them by
            # their references: those must never stand for anything else.
            for sequence in ("payments_payment_id", "payments_refund_id"):
                cursor.execute(
                    f"SELECT setval('{sequence}', nextval('{sequence}') + {NEVER_REUSED})"
                )
            # Taken back while the backup was made: its rows are from a moment before.
            cursor.execute(
                "UPDATE documents_file SET dropped_at = now()"
                " WHERE stored_as = ANY (%s) AND dropped_at IS NULL",
                [contents.gone],
            )
    answer(
        {
            "file": str(file),
            "migrations_applied": applied,
            "documents": len(contents.sums),
            **_warn(contents),
        },
        as_json=as_json,
        otherwise=lambda: line(
            f"Restored from {file}, with {len(contents.sums)} documents;"
            f" {applied} migrations applied since."
        ),
    )


def _write(part: Path) -> Contents:
    """Write the dump and the files of one moment, and note those that are not there or not what was kept."""
    from django.db import connection, transaction

    from openmember.documents import copies

    where, environment = _client()
    part.touch(mode=0o600)
    with part.open("wb") as target:
        writer, absent = Writer(target), []
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
            kept = copies.list_kept()
            _dump(writer, [f"--snapshot={snapshot}", f"--dbname={where}"], environment)
            for listed in kept:
                source = copies.open_kept(listed)
                if source is None:
                    absent.append(listed.stored_as)
                    continue
                with source:
                    writer.add_document(listed.stored_as, listed.sha256, source)
        # A row is there only after its file, and goes before it: where the row is kept still, the file is lost.
        lost = copies.still_kept(absent)
        for name in absent:
            writer.leave_out(name, is_lost=name in lost)
        return writer.finish()


def _warn(contents: Contents) -> dict[str, list[str]]:
    """Name the files that are not what they should be, at the terminal and for the answer."""
    damaged = "not what was kept: the backup holds what there is of it"
    lost = "not on the disk, and nobody took it back: the backup has none of it"
    for names, what in ((contents.damaged, damaged), (contents.lost, lost)):
        for name in names[:NAMED]:
            say(f"Document {name} is {what}.")
        if len(names) > NAMED:
            say(f"{len(names) - NAMED} more are like this one.")
    return {"documents_damaged": contents.damaged, "documents_lost": contents.lost}


def _dump(writer: Writer, words: list[str], environment: Mapping[str, str]) -> None:
    with subprocess.Popen(  # noqa: S603  our own program
        [_program("pg_dump"), "--format=custom", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as dumping:
        assert dumping.stdout
        assert dumping.stderr
        writer.add_dump(dumping.stdout)
        said = dumping.stderr.read()
    if dumping.returncode != 0:
        raise Refusal(f"The backup was not written ({_first(said)}).")


def _contents(file: Path) -> Contents:
    if is_dump_alone(file):
        say("This backup holds no documents: it was made before they were part of it.")
        return Contents()
    try:
        return read_contents(file)
    except CutShort:
        raise Refusal(f"{file} was not restored: it ends too early, or is no backup.") from None


def _put_back(file: Path, contents: Contents) -> list[str]:
    """Write the files where they lay; return those that were not there. All of them, or none.

    One that the backup does not hold as it was put in is put back as it is, and noted as damaged.
    """
    from openmember.documents import copies

    written: list[str] = []
    if is_dump_alone(file):
        return written
    try:
        for name, blocks in documents_of(file):
            put = copies.put_back(name, contents.sums.get(name, ""), blocks)
            if put is not copies.Put.WAS_THERE:
                written.append(name)
            if put is copies.Put.DAMAGED and name not in contents.damaged:
                contents.damaged.append(name)
    except (copies.NotOurs, CutShort, OSError) as broken:
        _drop(written)
        why = "it holds what is no file of ours" if isinstance(broken, copies.NotOurs) else broken
        raise Refusal(f"{file} was not restored: {why}.") from broken
    return written


def _drop(names: list[str]) -> None:
    from openmember.documents import storage

    for name in names:
        storage.drop(name)


def _fill(file: Path) -> None:
    where, environment = _client()
    source = file.open("rb")
    if not is_dump_alone(file):
        source.seek(HEADER_BYTES)
    reading = subprocess.Popen(  # noqa: S603  our own program
        [_program("pg_restore"), *LEFT_OUT, "--file=-"],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    writing = subprocess.Popen(  # noqa: S603  our own program
        [
            _program("psql"),
            *("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
            f"--dbname={where}",
        ],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    source.close()
    assert reading.stdout
    assert reading.stderr
    assert writing.stdin
    cut_short = _pass_on(reading.stdout, writing.stdin)
    # psql commits at the end of its input, which must not come before we know it is the end.
    if reading.wait() != 0 or cut_short:
        writing.kill()
    _, said = writing.communicate()
    for program, words in ((writing, said), (reading, reading.stderr.read())):
        if program.returncode > 0:
            raise Refusal(f"{file} was not restored ({_first(words)}).")
    if writing.returncode != 0:
        raise Refusal(f"{file} was not restored: it ends too early.")


def _pass_on(source: IO[bytes], target: IO[bytes]) -> bool:
    """Copy the script, and return whether its reader stopped before the end."""
    try:
        for _ in range(PREAMBLE_LINES):
            words = source.readline()
            if not words.startswith(UNKNOWN_TO_OLDER):
                target.write(words)
        while block := source.read(1024 * 1024):
            target.write(block)
        target.flush()
    except BrokenPipeError:
        source.close()
        return True
    return False


def _client() -> tuple[str, dict[str, str]]:
    """Return where the database is, and an environment with the password, which ps does not show."""
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    parts: dict[str, Any] = conninfo_to_dict(os.environ["DATABASE_URL"])
    password = parts.pop("password", None)
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    return make_conninfo("", **parts), environment


def _program(name: str) -> str:
    from openmember.kernel.embedded.programs import in_wheel

    return in_wheel().path(name)


def _first(words: bytes) -> str:
    lines = [text for text in words.decode(errors="replace").splitlines() if text.strip()]
    return lines[0].strip().rstrip(".") if lines else "no reason given"
