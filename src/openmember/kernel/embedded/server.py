"""The owner of an embedded server: starts it, knows its address, stops it."""

import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from openmember.kernel.embedded import cluster, leftovers, lock, tuning
from openmember.kernel.embedded.layout import Layout, RunningServer
from openmember.kernel.embedded.leftovers import Progress
from openmember.kernel.embedded.postmaster import Postmaster
from openmember.kernel.embedded.problems import (
    BlockedByOrphans,
    EmbeddedProblem,
    PortTaken,
    from_os_error,
)
from openmember.kernel.embedded.programs import Programs, programs_for
from openmember.kernel.embedded.server_user import ServerFolder, ServerUser

RECOVERY_SECONDS = 1800
ATTEMPTS = 5


def silent(message: str) -> None:
    """Tell nobody how far a start has come."""


class EmbeddedPostgres:
    """A PostgreSQL server in a folder, which ends when this process does.

    The kernel watches the thread that calls `start` or `restart`: call them from the main thread.
    `options` are server settings that win over the ones chosen for this machine.
    """

    def __init__(
        self,
        home: Path | str,
        port: int = 0,
        options: Mapping[str, str] | None = None,
        *,
        progress: Progress = silent,
        recovery_seconds: float = RECOVERY_SECONDS,
    ) -> None:
        self.layout = Layout.of(home)
        self.port = port
        self._options = dict(options or {})
        self._progress = progress
        self._recovery_seconds = recovery_seconds
        self._lock: lock.FileLock | None = None
        self._postmaster: Postmaster | None = None
        self._programs: Programs
        self._user: ServerUser
        self._folder: ServerFolder | None = None

    def start(self, patience_seconds: float = 0) -> Self:
        """Start the server and return when it accepts connections.

        Errors: InUse when another process owns the folder for longer than the patience;
        EmbeddedProblem for everything else, with the folder left as it was.
        """
        if os.name == "nt":
            raise EmbeddedProblem("There is no embedded database on Windows: set DATABASE_URL.")
        try:
            self.layout.make()
            self._lock = lock.own(self.layout, patience_seconds)
            self._user = ServerUser.choose(self.layout)
            self._folder = ServerFolder.open(self.layout, self._user)
            self._programs = programs_for(self.layout, self._user)
            leftovers.clear(self.layout.data, self._progress)
            durable = self._options.get("fsync", "on") != "off"
            cluster.ensure(self.layout, self._programs, self._user, self._folder, durable=durable)
            self._run()
        except OSError as error:
            self.stop()
            raise from_os_error(error, place=self.layout.base) from error
        except BaseException:
            self.stop()
            raise
        return self

    def restart(self) -> None:
        """Start again, on the same port, after the server ended by itself.

        Errors: EmbeddedProblem; the folder stays ours, so `restart` may be tried again.
        """
        try:
            leftovers.clear(self.layout.data, self._progress)
            self._run()
        except OSError as error:
            raise from_os_error(error, place=self.layout.base) from error

    @property
    def url(self) -> str:
        """The address of the database. It holds the password: never log it."""
        return self.layout.url(self.port)

    @property
    def pid(self) -> int | None:
        return self._postmaster.pid if self._postmaster else None

    def is_running(self) -> bool:
        return self._postmaster is not None and self._postmaster.is_running()

    def stop(self, *, wait_for_others: bool = False) -> None:
        """Stop the server and give up the folder. May be called twice.

        With `wait_for_others`, first wait for the processes that share it (see sharing).
        """
        if self._lock is None:
            return
        gate = self._close_to_others(wait=wait_for_others)
        try:
            if self._postmaster:
                self._postmaster.stop(self._progress)
            self.layout.withdraw()
        finally:
            self._postmaster = None
            if self._folder:
                self._folder.close()
            self._lock.release()
            self._lock = None
            gate.release()

    def __enter__(self) -> Self:
        return self if self.is_running() else self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<EmbeddedPostgres in {self.layout.base}, port {self.port}>"

    def _run(self) -> None:
        chosen = self.port
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._launch(chosen or _free_port())
            except PortTaken:
                # A port we picked may have been taken since: pick another.
                if chosen or attempt == ATTEMPTS:
                    raise
            except BlockedByOrphans:
                if attempt == ATTEMPTS:
                    raise
                leftovers.clear(self.layout.data, self._progress)
                time.sleep(attempt)
            else:
                return

    def _launch(self, port: int) -> None:
        assert self._folder is not None
        self.layout.withdraw()
        postmaster = Postmaster.launch(
            self.layout,
            self._programs,
            self._user,
            self._folder,
            port=port,
            options={**tuning.options_here(self.layout.server), **self._options},
        )
        try:
            postmaster.wait_until_ready(self._recovery_seconds, self._progress)
            cluster.prepare(self.layout.url(port, "postgres"))
        except BaseException:
            postmaster.stop(self._progress)
            raise
        self._postmaster, self.port = postmaster, port
        self.layout.announce(RunningServer(port=port, pid=postmaster.pid))

    def _close_to_others(self, *, wait: bool) -> lock.FileLock:
        gate = lock.FileLock(self.layout.users)
        told = False
        while not gate.take() and wait:
            if not told:
                told = True
                self._progress("waiting for another OpenMember command that uses this database")
            time.sleep(lock.POLL_SECONDS)
        return gate


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
