"""For tests of the embedded server: homes made once and copied, and owners that can be killed."""

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from openmember.kernel.embedded.server import EmbeddedPostgres

# Killing processes loses nothing that was handed to the system, so these tests need no fsync.
FAST = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "16MB"}
SOURCE = Path(__file__).resolve().parents[3]

OWNER = f"""
import sys, time
from openmember.kernel.embedded import EmbeddedPostgres, connect_or_start
home, how = sys.argv[1:]
if how == "shared":
    server = connect_or_start(home, options={FAST!r})
    print(server.url, server.owned, flush=True)
else:
    server = EmbeddedPostgres(home, options={FAST!r}).start()
    print(server.url, server.pid, flush=True)
sys.stdin.read()
server.stop()
"""


def python_path() -> str:
    """Return the PYTHONPATH with which a process of its own finds this code."""
    return os.pathsep.join([str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])])


def new_folder() -> Path:
    """Return a fresh folder that any user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="openmember-test-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _template() -> Path:
    home = new_folder() / "home"
    with EmbeddedPostgres(home, options=FAST):
        return home


@contextmanager
def ready_home() -> Iterator[Path]:
    """Give a home whose database has been made, and remove it afterwards."""
    folder = new_folder()
    home = folder / "home"
    # cp, because the database belongs to another user when root runs the tests.
    subprocess.run(["/bin/cp", "-a", str(_template()), str(home)], check=True)  # noqa: S603  our own command
    try:
        yield home
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Owner:
    """Another process that runs the server of a home, until told to stop or killed."""

    def __init__(self, home: Path, how: str = "owned") -> None:
        self.process = subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-c", OWNER, str(home), how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": python_path()},
        )

    def wait(self) -> "Owner":
        """Return once it has said what it has."""
        assert self.process.stdout is not None
        self.url, self.told = self.process.stdout.readline().split()
        return self

    @property
    def server_pid(self) -> int:
        return int(self.told)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.communicate("")

    def __enter__(self) -> "Owner":
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.kill()


def as_user(uid: int, gid: int, work: Callable[[], Any]) -> int:
    """Do `work` in a child process as another user, and return its exit status: 0 when it ran.

    A fork and nothing more: the other user may not be able to read this interpreter's files.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            work()
            status = 0
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process nobody has waited for yet is still listed.
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return not stat.parent.parent.is_dir()


def wait_until(happened: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    os.kill(pid, number)
