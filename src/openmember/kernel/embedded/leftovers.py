"""What a killed owner left behind: a server still shutting down, orphans, stale lock files.

Only called while we hold the folder's lock, so no server here belongs to anybody alive.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from openmember.kernel.embedded.problems import EmbeddedProblem

Progress = Callable[[str], None]
SHUTDOWN_SECONDS = 180  # The last checkpoint of a large, busy database takes a while.
QUIT_SECONDS = 10
POLL_SECONDS = 0.05


def clear(data: Path, progress: Progress) -> None:
    """Wait for, or end, every server process on `data`, and remove its stale lock file."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    postmaster = recorded_pid(data)
    running = processes_on(data, postmaster)
    if postmaster in running:
        # Already under way where the kernel told it that its owner died. Asking twice is harmless.
        _signal([postmaster], signal.SIGINT)
        _wait(data, postmaster, SHUTDOWN_SECONDS, "an earlier database server to stop", progress)
    # A backend in the middle of a long query outlives a postmaster that was killed outright.
    for number in (signal.SIGQUIT, signal.SIGKILL):
        if not (running := processes_on(data, postmaster)):
            break
        _signal(running, number)
        _wait(data, postmaster, QUIT_SECONDS, "processes of a killed server to end", progress)
    if running := processes_on(data, postmaster):
        raise EmbeddedProblem(
            f"Process {running[0]} of an earlier database server will not end: end it "
            f"(kill -9 {running[0]}) and start again."
        )
    pid_file.unlink(missing_ok=True)


def discard(path: Path) -> None:
    """Remove what was left half made, after ending who is still making it."""
    if not path.is_dir():
        path.unlink()
        return
    # initdb ended with its owner; the server it was feeding notices a moment later.
    _signal(processes_on(path, 0), signal.SIGKILL)
    _wait(path, 0, QUIT_SECONDS, "a killed start to end", lambda message: None)
    shutil.rmtree(path, ignore_errors=True)


def recorded_pid(data: Path) -> int:
    """Return the process id in postmaster.pid, or 0 for none."""
    try:
        return abs(int((data / "postmaster.pid").read_text().split("\n", 1)[0]))
    except (OSError, ValueError):
        return 0


def processes_on(data: Path, recorded: int) -> list[int]:
    """Return the processes that work on `data`; outside Linux at most the recorded one."""
    if sys.platform == "linux":
        return _working_in(data)
    return [recorded] if recorded and _is_postgres(recorded) else []


def _working_in(data: Path) -> list[int]:
    # Every server process has the data folder as its current folder. The number alone would
    # not do: after a restart of the machine it may be anybody's.
    here = data.stat()
    found = []
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            at = (process / "cwd").stat()
            program = (process / "exe").readlink().name
        except OSError:  # Gone, a zombie, or another user's.
            continue
        if (at.st_dev, at.st_ino) == (here.st_dev, here.st_ino) and program.startswith("postgres"):
            found.append(int(process.name))
    return found


def _is_postgres(pid: int) -> bool:
    told = subprocess.run(  # noqa: S603  a number
        ["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return "postgres" in told.stdout


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
        except PermissionError:
            raise EmbeddedProblem(
                f"Process {pid} of an earlier database server belongs to another user: have that "
                "user (or root) end it, and start again."
            ) from None


def _wait(data: Path, postmaster: int, seconds: float, what: str, progress: Progress) -> None:
    started = time.monotonic()
    told = 0.0
    while processes_on(data, postmaster):
        waited = time.monotonic() - started
        if waited > seconds:
            return
        if waited - told >= 2:
            told = waited
            progress(f"waiting for {what} ({waited:.0f} s)")
        time.sleep(POLL_SECONDS)
