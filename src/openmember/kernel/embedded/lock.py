"""Who may run a server on a folder: one process, by a lock that ends with the process."""

import os
import time
from pathlib import Path

from openmember.kernel.embedded.layout import Layout
from openmember.kernel.embedded.problems import InUse

POLL_SECONDS = 0.05


class FileLock:
    """One `flock` on a file, exclusive or shared. The kernel lets go of it when we die."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock now and return whether that was possible."""
        import fcntl  # Not on Windows, where start() has already refused.

        handle = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def write_owner(self) -> None:
        if self._handle is not None:
            # Of one width, so that nothing is cut off first: that would fail on a full disk.
            os.pwrite(self._handle, f"{os.getpid():<19}\n".encode(), 0)

    def owner(self) -> int | None:
        """Return the process id the holder wrote, if it has come to that."""
        try:
            return int(self.path.read_text())
        except (ValueError, OSError):
            return None

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def own(layout: Layout, patience_seconds: float) -> FileLock:
    """Return the lock of the data folder, taken. Errors: InUse, naming folder and process."""
    lock = FileLock(layout.lock)
    until = time.monotonic() + patience_seconds
    while not lock.take():
        if time.monotonic() >= until:
            owner = lock.owner()
            who = f"process {owner}" if owner else "another process"
            raise InUse(
                f"The database in {layout.base} is in use by {who}: stop that process first, or "
                "set OPENMEMBER_HOME to another folder."
            )
        time.sleep(POLL_SECONDS)
    try:
        layout.give(layout.lock)
        lock.write_owner()
    except BaseException:
        lock.release()
        raise
    return lock
