"""Use the server that runs for a home, or run one meanwhile."""

import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from openmember.kernel.embedded.layout import Layout
from openmember.kernel.embedded.leftovers import Progress
from openmember.kernel.embedded.lock import POLL_SECONDS, FileLock
from openmember.kernel.embedded.problems import InUse, from_os_error
from openmember.kernel.embedded.server import RECOVERY_SECONDS, EmbeddedPostgres, silent

TELL_SECONDS = 5


class SharedPostgres:
    """A server to use for a while: `owned` tells whether this process runs it."""

    def __init__(
        self, url: str, *, server: EmbeddedPostgres | None, place: FileLock | None
    ) -> None:
        self.url = url
        self._server = server
        self._place = place

    @property
    def owned(self) -> bool:
        return self._server is not None

    def stop(self) -> None:
        """Leave the server; the owner stops it once the others have left."""
        if self._place:
            self._place.release()
        if self._server:
            self._server.stop(wait_for_others=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def connect_or_start(
    home: Path | str,
    port: int = 0,
    options: Mapping[str, str] | None = None,
    *,
    progress: Progress = silent,
    patience_seconds: float = RECOVERY_SECONDS,
) -> SharedPostgres:
    """Return the running server of `home`, else start one and own it.

    An owner that is still starting is waited for. Errors: EmbeddedProblem; InUse when the owner
    does not become ready within the patience.
    """
    layout = Layout.of(home)
    started = time.monotonic()
    told = 0.0
    while True:
        server = EmbeddedPostgres(home, port, options, progress=progress)
        try:
            server.start()
        except InUse:
            waited = time.monotonic() - started
            if shared := _join(layout):
                return shared
            if waited > patience_seconds:
                raise
            if waited - told >= TELL_SECONDS:
                told = waited
                progress(f"waiting for the process that starts this database ({waited:.0f} s)")
            time.sleep(POLL_SECONDS)
        else:
            return SharedPostgres(server.url, server=server, place=None)


def _join(layout: Layout) -> SharedPostgres | None:
    """Take a place among those who use the running server, if there is one that answers."""
    import psycopg

    place = FileLock(layout.users)
    try:
        if not place.take(shared=True):  # Its owner is stopping it.
            return None
        running = layout.announced()
        if running is not None:
            url = layout.url(running.port)
            with psycopg.connect(url, connect_timeout=5):
                return SharedPostgres(url, server=None, place=place)
    except psycopg.OperationalError:  # Announced, and gone since: nothing to share.
        pass
    except OSError as error:
        raise from_os_error(error, place=layout.base) from error
    place.release()
    return None
