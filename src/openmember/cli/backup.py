"""`openmember database backup` and `restore`: with PostgreSQL's own programs, from the wheel."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line

app = typer.Typer(no_args_is_help=True, help="Back up and restore the database.")

# Owners, rights and comments are made anew where it is restored, by whoever signs in there.
LEFT_OUT = ("--no-owner", "--no-privileges", "--no-comments")
# pg_restore 18 sets this before anything else, and servers before 17 do not know it.
UNKNOWN_TO_OLDER = b"SET transaction_timeout"
PREAMBLE_LINES = 40
# More payments than could have been made between a backup and its restore.
NEVER_REUSED = 100_000_000


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file, which then holds everything.")],
    as_json: Json = False,
) -> None:
    """Write the whole database to a file, while it is in use. It holds members' data: keep it safe."""
    if file.exists():
        raise Refusal(f"{file} is there already: name a new file.")
    with database(prepare=False):
        where, environment = _client()
        part = file.with_name(f"{file.name}.part")
        try:
            part.touch(mode=0o600)
            _run(["pg_dump", "--format=custom", f"--file={part}", f"--dbname={where}"], environment)
            part.replace(file)
        except OSError as error:
            raise Refusal(f"{file} cannot be written: {error.strerror}.") from error
        finally:
            part.unlink(missing_ok=True)
    size = file.stat().st_size
    answer(
        {"file": str(file), "bytes": size},
        as_json=as_json,
        otherwise=lambda: line(f"{size / 1024**2:.1f} MB written to {file}"),
    )


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
        _fill(file)
        applied = prepare_database()
        with as_owner() as connection, connection.cursor() as cursor:
            # Payments and refunds made after the backup are gone here, and the gateway still knows them by
            # their references: those must never stand for anything else.
            for sequence in ("payments_payment_id", "payments_refund_id"):
                cursor.execute(
                    f"SELECT setval('{sequence}', nextval('{sequence}') + {NEVER_REUSED})"
                )
    answer(
        {"file": str(file), "migrations_applied": applied},
        as_json=as_json,
        otherwise=lambda: line(f"Restored from {file}; {applied} migrations applied since."),
    )


def _fill(file: Path) -> None:
    where, environment = _client()
    reading = subprocess.Popen(  # noqa: S603  our own program
        [_program("pg_restore"), *LEFT_OUT, "--file=-", str(file)],
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


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603  our own program
        [_program(command[0]), *command[1:]], env=environment, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise Refusal(f"The backup was not written ({_first(done.stderr)}).")


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
