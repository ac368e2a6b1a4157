"""The data folder: made whole or not at all, of the right version, with its roles and database."""

import os
import shutil
import signal
import subprocess
import sys

from openmember.kernel.embedded import leftovers
from openmember.kernel.embedded.layout import Layout
from openmember.kernel.embedded.lifeline import die_with_parent
from openmember.kernel.embedded.problems import RUNBOOK, EmbeddedProblem, explain
from openmember.kernel.embedded.programs import Programs
from openmember.kernel.embedded.server_user import ServerFolder, ServerUser

OWNER = "openmember"
APPLICATION_ROLE = "openmember_app"
INITDB_OPTIONS = (
    f"--username={OWNER}",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    # Sorts the same on every machine and for ever, whatever its C library does.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    # Which characters are letters, for text search; macOS has no C.UTF-8 of its own.
    "--locale=en_US.UTF-8" if sys.platform == "darwin" else "--locale=C.UTF-8",
    "--data-checksums",
)


def ensure(
    layout: Layout, programs: Programs, user: ServerUser, folder: ServerFolder, *, durable: bool
) -> None:
    """Make the data folder if there is none, and refuse one another version wrote."""
    for leftover in layout.server.glob("new-*"):  # Killed while it was being made.
        leftovers.discard(leftover)
    if layout.data.is_dir() and not any(layout.data.iterdir()):
        layout.data.rmdir()
    fresh_password = layout.ensure_password()
    if not layout.data.exists():
        _create(layout, programs, user, folder, durable=durable)
        return
    _check_version(layout, programs)
    if fresh_password:
        _set_password(layout, programs, user, folder)


def prepare(url: str) -> None:
    """Create the database and the role the application works as, where missing."""
    import psycopg  # Here, because `openmember --help` must not wait for it.

    with psycopg.connect(url, autocommit=True, connect_timeout=30) as connection:
        found = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s),"
            " EXISTS (SELECT FROM pg_database WHERE datname = %s)",
            (APPLICATION_ROLE, OWNER),
        ).fetchone()
        has_role, has_database = found or (False, False)
        if not has_role:
            connection.execute(f"CREATE ROLE {APPLICATION_ROLE} NOSUPERUSER NOLOGIN")
        if not has_database:
            connection.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER}")


def _create(
    layout: Layout, programs: Programs, user: ServerUser, folder: ServerFolder, *, durable: bool
) -> None:
    # Named for this process: one of a killed initdb's may still be writing to another.
    name = f"new-data-{os.getpid()}"
    secret = layout.server / f"new-password-{os.getpid()}"
    try:
        # initdb runs as the server's user, who cannot read the owner's file.
        secret.touch(mode=0o600)
        secret.write_text(layout.password.read_text())
        user.give(secret)
        _run(
            [
                programs.path("initdb"),
                f"--pgdata={folder.path}/{name}",
                f"--pwfile={folder.path}/{secret.name}",
                *INITDB_OPTIONS,
                *([] if durable else ["--no-sync"]),
            ],
            layout,
            user,
            folder,
        )
        (layout.server / name).rename(layout.data)
    finally:
        secret.unlink(missing_ok=True)
        shutil.rmtree(layout.server / name, ignore_errors=True)


def _check_version(layout: Layout, programs: Programs) -> None:
    file = layout.data / "PG_VERSION"
    if not file.is_file():
        raise EmbeddedProblem(
            f"{layout.data} holds something that is not a PostgreSQL database: move it away and "
            "start again."
        )
    written_by = file.read_text().strip()
    if written_by != programs.major:
        raise EmbeddedProblem(
            f"The data in {layout.data} was written by PostgreSQL {written_by}, and this "
            f"OpenMember brings PostgreSQL {programs.major}: dump it with the OpenMember that "
            f"wrote it and restore the dump with this one ({RUNBOOK})."
        )


def _set_password(
    layout: Layout, programs: Programs, user: ServerUser, folder: ServerFolder
) -> None:
    # The file was lost, for instance in a backup of the data alone. Who may read the data folder
    # may do this by hand as well, so nothing is given away.
    statement = f"ALTER ROLE {OWNER} PASSWORD '{layout.password.read_text()}'\n"
    command = [programs.path("postgres"), "--single", "-D", f"{folder.path}/data", "postgres"]
    try:
        _run(command, layout, user, folder, statement)
    except BaseException:
        layout.password.unlink(missing_ok=True)
        raise


def _run(
    command: list[str], layout: Layout, user: ServerUser, folder: ServerFolder, words: str = ""
) -> None:
    done = subprocess.run(  # noqa: S603  our own programs
        command,
        input=words,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        preexec_fn=die_with_parent(signal.SIGKILL),
        **user.how_to_start(folder.pass_fds),
    )
    if done.returncode != 0:
        raise explain(done.stdout, place=layout.data)
