"""Runs the storm's processes and kills them, and the database, at moments drawn beforehand."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from django.db import connections
from tests.faults.intents import Intent, Journal, share
from tests.faults.payers import Payer, undo, work

from openmember.kernel.embedded import EmbeddedPostgres
from openmember.kernel.embedded.lifeline import tie_to_parent
from openmember.payments.types import Payment

# Forked, so that one that was killed is back at work within milliseconds.
FORK = multiprocessing.get_context("fork")
PAYERS = 4
KILLED = ("payer",) * 5 + ("worker",) * 2 + ("database",) * 3
PATIENCE_SECONDS = 240


class StormFailed(Exception):
    """A process ended that nobody killed, or the storm did not come to an end."""


class Child:
    """A process of the storm's own."""

    def __init__(self, name: str, task: Callable[[], None]) -> None:
        self.name = name
        self._task = task

    def start(self) -> "Child":
        # A connection must not be shared by two processes.
        connections.close_all()
        self.process = FORK.Process(target=self._run, args=(os.getpid(),))
        self.process.start()
        return self

    def _run(self, parent: int) -> None:
        tie_to_parent(signal.SIGKILL, parent)
        self._task()

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    def is_done(self) -> bool:
        """Return whether it has finished its work. Errors: StormFailed when it broke."""
        if self.process.exitcode not in {None, 0}:
            raise StormFailed(f"{self.name} ended with {self.process.exitcode}")
        return self.process.exitcode == 0


def run_to_the_end(children: Sequence[Child], meanwhile: Callable[[], None]) -> None:
    """Return when all are done, doing something meanwhile. Errors: StormFailed."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        # Each is asked, so that one that broke is noticed while others are at work.
        done = [child.is_done() for child in children]
        if all(done):
            return
        meanwhile()
        time.sleep(0.005)
    raise StormFailed("the storm goes on and on")


class Conductor:
    """Has the payments taken while things are killed, and then undone."""

    def __init__(
        self, server: EmbeddedPostgres, folder: Path, intents: Sequence[Intent], random: Random
    ) -> None:
        self.server = server
        self.folder = folder
        shares = share(intents, PAYERS)
        payers = [Payer(place, mine, folder) for place, mine in enumerate(shares)]
        self.journals = [payer.journal for payer in payers]
        seed = random.randrange(2**32)
        self.payers = [Child(f"payer {payer.place}", payer.run) for payer in payers]
        self.worker = Child("the worker", lambda: work(folder, seed))
        self.clerks: list[Child] = []
        self.seconds: dict[str, float] = {}
        answers = sum(map(len, shares))
        # By the answers given so far and not by the clock: a slow machine is hit at the same places.
        moments = sorted(random.sample(range(answers // 20, answers * 19 // 20), len(KILLED)))
        victims = random.sample(KILLED, len(KILLED))
        self.kills = [
            (moment, victim, random.randrange(PAYERS))
            for moment, victim in zip(moments, victims, strict=True)
        ]

    def take_payments(self) -> None:
        started = time.monotonic()
        for child in (*self.payers, self.worker):
            child.start()
        pending = list(self.kills)

        def kill_what_is_due() -> None:
            self.worker.is_done()
            while pending and self._answers() >= pending[0][0]:
                _, victim, place = pending.pop(0)
                self._kill(victim, place)

        run_to_the_end(self.payers, kill_what_is_due)
        (self.folder / "over").touch()
        run_to_the_end([self.worker], kill_what_is_due)
        if pending:
            raise StormFailed(f"{len(pending)} kills never came")
        self.seconds["taking"] = round(time.monotonic() - started, 1)

    def undo_payments(self, payments: Sequence[Payment]) -> list[Journal]:
        """Have two processes undo all of them at once, and return what they noted."""
        started = time.monotonic()
        journals = [Journal(self.folder / f"clerk-{place}") for place in range(2)]
        self.clerks = [
            Child(f"clerk {place}", lambda journal=journal: undo(payments, journal)).start()
            for place, journal in enumerate(journals)
        ]
        run_to_the_end(self.clerks, lambda: None)
        self.seconds["undoing"] = round(time.monotonic() - started, 1)
        return journals

    def end(self) -> None:
        """Kill whatever of ours still runs."""
        for child in (*self.payers, self.worker, *self.clerks):
            if hasattr(child, "process"):
                child.kill()
        connections.close_all()

    def _answers(self) -> int:
        return sum(
            journal.path.read_bytes().count(b'"said"')
            for journal in self.journals
            if journal.path.exists()
        )

    def _kill(self, victim: str, place: int) -> None:
        if victim == "database":
            assert self.server.pid is not None
            os.kill(self.server.pid, signal.SIGKILL)
            while self.server.is_running():
                time.sleep(0.005)
            self.server.restart()
            return
        # One that has made all its payments has nothing to lose.
        busy = [payer for payer in self.payers if not payer.is_done()]
        child = self.worker if victim == "worker" else busy[place % len(busy)]
        child.kill()
        child.start()
