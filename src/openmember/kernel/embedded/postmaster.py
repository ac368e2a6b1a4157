"""One run of the server process: started, waited for through recovery, stopped."""

import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from openmember.kernel.embedded.layout import Layout
from openmember.kernel.embedded.leftovers import Progress
from openmember.kernel.embedded.lifeline import die_with_parent
from openmember.kernel.embedded.problems import EmbeddedProblem, explain
from openmember.kernel.embedded.programs import Programs
from openmember.kernel.embedded.server_user import ServerFolder, ServerUser

POLL_SECONDS = 0.01
TELL_SECONDS = 5
STOP_SECONDS = 300
LOG_BYTES = 10 * 1024 * 1024
SOCKET_PATH_BYTES = 80  # The system's limit is 104 or 108 with the file's own name in it.


class Postmaster:
    """The server process of one start."""

    def __init__(self, layout: Layout, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.port = port
        self._layout = layout
        self._process = process
        self._log_from = 0

    @classmethod
    def launch(
        cls,
        layout: Layout,
        programs: Programs,
        user: ServerUser,
        folder: ServerFolder,
        *,
        port: int,
        options: Mapping[str, str],
    ) -> "Postmaster":
        """Start the process, which is not ready yet: see `wait_until_ready`."""
        layout.run.mkdir(mode=0o700, exist_ok=True)
        user.give(layout.run)
        for stale in layout.run.iterdir():  # Sockets and their lock files of a killed server.
            stale.unlink()
        settings = {
            **options,
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": _socket_folder(folder),
        }
        if layout.log.exists() and layout.log.stat().st_size > LOG_BYTES:
            layout.log.replace(layout.log.with_suffix(".log.1"))
        with layout.log.open("ab") as log:
            layout.log.chmod(0o600)
            layout.give(layout.log)
            started_at = log.tell()
            process = subprocess.Popen(  # noqa: S603  our own program
                [
                    programs.path("postgres"),
                    "-D",
                    f"{folder.path}/data",
                    *(
                        part
                        for name, value in settings.items()
                        for part in ("-c", f"{name}={value}")
                    ),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C on the terminal is for us: we stop the server last.
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT),
                **user.how_to_start(folder.pass_fds),
            )
        launched = cls(layout, port, process)
        launched._log_from = started_at
        return launched

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def wait_until_ready(self, seconds: float, progress: Progress) -> None:
        """Return when the server accepts connections. Errors: EmbeddedProblem, from its log."""
        started = time.monotonic()
        told = 0.0
        while not self._says_ready():
            if not self.is_running():
                raise explain(
                    self._log_of_this_start(),
                    place=self._layout.base,
                    log=self._layout.log,
                    port=self.port,
                )
            waited = time.monotonic() - started
            if waited > seconds:
                raise EmbeddedProblem(
                    f"The embedded database is still recovering after {seconds / 60:.0f} minutes: "
                    f"look at {self._layout.log}, then start again, which goes on from there."
                )
            if waited - told >= TELL_SECONDS:
                told = waited
                progress(f"waiting for the database, which is recovering ({waited:.0f} s)")
            time.sleep(POLL_SECONDS)

    def stop(self, progress: Progress) -> None:
        """End the server: its sessions are cut off, what they committed is kept."""
        # Fast, then without the last checkpoint, then not asking at all: safe for the data each.
        for number, seconds in (
            (signal.SIGINT, STOP_SECONDS),
            (signal.SIGQUIT, 30),
            (signal.SIGKILL, 30),
        ):
            if not self.is_running():
                return
            self._process.send_signal(number)
            try:
                self._process.wait(TELL_SECONDS)
            except subprocess.TimeoutExpired:
                progress("waiting for the database to write its last checkpoint")
            else:
                return
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return

    def _says_ready(self) -> bool:
        # Line 1 is the process, line 8 its state.
        try:
            lines = (self._layout.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.pid) and lines[7].strip() == "ready"

    def _log_of_this_start(self) -> str:
        with self._layout.log.open("rb") as log:
            log.seek(self._log_from)
            return log.read(100_000).decode(errors="replace")


def _socket_folder(folder: ServerFolder) -> str:
    # The setting is a list, so a comma would divide the name. TCP alone serves then as well.
    path = str(Path(folder.path) / "run")
    return path if len(path.encode()) <= SOCKET_PATH_BYTES and "," not in path else ""
