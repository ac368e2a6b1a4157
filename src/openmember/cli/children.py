"""The processes `serve` runs: started, started again when they end, stopped with all of theirs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from openmember.cli.output import say
from openmember.kernel.embedded.lifeline import die_with_parent

STOP_SECONDS = 20
LONGEST_PAUSE_SECONDS = 30.0
# Who has run this long is taken to be well, and its next end to be a new trouble.
WELL_SECONDS = 60


class Backoff:
    """How long to wait before the next try: twice as long each time, up to a bound."""

    def __init__(self) -> None:
        self.failures = 0
        self._next_at = 0.0

    def failed(self) -> float:
        """Count a failure and return the pause before the next try."""
        pause = min(0.5 * 2.0 ** min(self.failures, 10), LONGEST_PAUSE_SECONDS)
        self.failures += 1
        self._next_at = time.monotonic() + pause
        return pause

    def is_over(self) -> bool:
        return time.monotonic() >= self._next_at

    def reset(self) -> None:
        self.failures = 0


class Child:
    """One process that is kept running. It ends when we do, however we end.

    `when_orphaned` is what the kernel sends it when we are killed.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        when_orphaned: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self._when_orphaned = when_orphaned
        self.backoff = Backoff()
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603  our own command
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr.fileno(),  # stdout is for the address of the site alone.
            # Of its own group: Ctrl-C comes to us, and what the child started ends with it.
            start_new_session=True,
            preexec_fn=die_with_parent(self._when_orphaned),
        )

    def watch(self) -> None:
        """Start the process again when it has ended, after a pause that grows."""
        if self._process is None:
            if self.backoff.is_over():
                self.start()
            return
        if self._process.poll() is None:
            if time.monotonic() - self._started_at > WELL_SECONDS:
                self.backoff.reset()
            return
        self._signal_group(signal.SIGKILL)  # Workers a killed parent left behind.
        pause = self.backoff.failed()
        how = _how_it_ended(self._process.returncode)
        say(f"the {self.name} process {how}; starting it again in {pause:.1f} s")
        self._process = None

    def renew(self) -> None:
        """Ask the process to end, for `watch` to start it anew."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """Ask the process to end what it is doing, and end it when it takes too long."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                say(f"the {self.name} process takes too long to stop and is ended")
        self._signal_group(signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            try:
                os.killpg(self._process.pid, number)
            except (ProcessLookupError, PermissionError):
                return


def _how_it_ended(status: int) -> str:
    return f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
