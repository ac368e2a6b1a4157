"""The loop that hands out work, hears answers, and kills."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any

from tests.doubles.stripe import NO_FUNDS_CARD, StripeDouble
from tests.faults.stripe_storm.plan import Job, OnPage, Plan, Victim

from openmember.kernel.embedded import EmbeddedPostgres

WEB_PROCESSES = 3
CLERK_EVERY_SECONDS = 0.2
ASK_AGAIN_SECONDS = 0.3
RESOLVE_AFTER_SECONDS = 2
GIVE_UP_SECONDS = 240
ABANDONED_SECONDS = 31 * 60
FORKSERVER = multiprocessing.get_context("forkserver")


@dataclass(eq=False)
class Process:
    """One process at the other end of a pipe, and what it is doing."""

    kind: Victim
    handle: Any
    pipe: Connection
    job: Job | None = None
    busy: bool = False

    def ask(self, act: str, **arguments: Any) -> None:
        """Give it something to do. A dead one shows when its answer is waited for."""
        self.busy = True
        try:
            self.pipe.send((act, arguments))
        except BrokenPipeError:
            return


@dataclass
class Storm:
    """Everything that is going on."""

    plan: Plan
    server: EmbeddedPostgres
    stripe: StripeDouble
    accounts: list[tuple[str, tuple[int, ...]]]
    chance: random.Random
    processes: list[Process] = field(default_factory=list)
    todo: deque[Job] = field(default_factory=deque)
    to_tell: list[tuple[bytes, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    made: int = 0
    told: int = 0
    clerk_at: float = 0.0

    def take_payments(self) -> None:
        """Make every payment of the plan."""
        self.todo.extend(self.plan.jobs)
        for kind in (Victim.WEB,) * WEB_PROCESSES + (Victim.CLERK,) * 2:
            self.start(kind)
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        while self.made < len(self.plan.jobs) and time.monotonic() < give_up_at:
            self.hand_out()
            self.listen()
        if self.made < len(self.plan.jobs):
            self.problems.append(f"only {self.made} payments were made in time")

    def settle_down(self) -> None:
        """Have nothing killed any more, and wait for what waits."""
        give_up_at = time.monotonic() + 60
        clerks = self.idle_clerks()
        while True:
            self.stripe.time_passes(ABANDONED_SECONDS)
            clerks[0].ask("hear", messages=self.messages())
            self.to_tell += self.answer_of(clerks[0]).get("again", [])
            clerks[0].ask("resolve", older_than_seconds=-1)
            if self.answer_of(clerks[0]).get("waiting") == 0:
                return
            if time.monotonic() > give_up_at:
                self.problems.append("something still waits for an answer")
                return

    def dispute_everything(self) -> None:
        """Have every payment charged back, and both clerks told of it at once."""
        for identity, session in self.stripe.sessions.items():
            if session["payment_status"] == "paid":
                self.stripe.payer_disputes(identity)
        clerks = self.idle_clerks()
        disputes = self.messages()
        for clerk in clerks:
            clerk.ask("hear", messages=disputes)
        for clerk in clerks:
            self.counts[self.answer_of(clerk)["result"]] += 1

    def stop(self) -> None:
        for process in self.processes:
            process.handle.kill()
            process.handle.join()

    # Handing out work

    def start(self, kind: Victim) -> None:
        from tests.faults.stripe_storm.people import serve

        ours, theirs = FORKSERVER.Pipe()
        handle = FORKSERVER.Process(target=serve, args=(theirs,), daemon=True)
        handle.start()
        theirs.close()
        self.processes.append(Process(kind, handle, ours))

    def of_kind(self, kind: Victim, *, busy: bool) -> list[Process]:
        return [one for one in self.processes if one.kind is kind and one.busy is busy]

    def hand_out(self) -> None:
        free = self.of_kind(Victim.WEB, busy=False)
        while free and (job := self.next_job()):
            self.hand_to(free.pop(), job)
            # Some ask twice at once: a double click, or a page open in two windows.
            if job.is_raced and free:
                self.counts["raced"] += 1
                self.hand_to(free.pop(), job)
        if time.monotonic() > self.clerk_at and (clerks := self.of_kind(Victim.CLERK, busy=False)):
            self.clerk_at = time.monotonic() + CLERK_EVERY_SECONDS
            if self.chance.random() < 0.7:
                clerks[0].ask("hear", messages=self.messages())
            else:
                clerks[0].ask("resolve", older_than_seconds=RESOLVE_AFTER_SECONDS)

    def next_job(self) -> Job | None:
        now = time.monotonic()
        due = next((job for job in self.todo if job.ask_again_at <= now), None)
        if due is not None:
            self.todo.remove(due)
        return due

    def hand_to(self, process: Process, job: Job, extra_cents: int = 0) -> None:
        number, bills = self.accounts[job.account]
        process.job = job
        job.under_way += 1
        process.ask(
            "pay",
            number=number,
            key=job.key,
            amount_cents=job.amount_cents + extra_cents,
            bill_ids=(bills[job.number % len(bills)],) if job.names_bill else (),
        )

    def messages(self) -> list[tuple[bytes, str]]:
        """Return what Stripe sends now: the new twice, some of the old again, in any order."""
        new = self.stripe.events[self.told :]
        old = self.stripe.events[: self.told]
        self.told += len(new)
        batch = [*new, *new, *self.chance.sample(old, min(2, len(old)))]
        self.chance.shuffle(batch)
        failed, self.to_tell = self.to_tell, []
        return [*failed, *(self.stripe.signed(event) for event in batch)]

    def idle_clerks(self) -> list[Process]:
        while self.of_kind(Victim.CLERK, busy=True):
            self.listen()
        return self.of_kind(Victim.CLERK, busy=False)

    # Hearing answers

    def listen(self) -> None:
        pipes = {process.pipe: process for process in self.processes}
        for pipe in wait(list(pipes), timeout=0.02):
            process = pipes[pipe]  # type: ignore[index]  # only pipes went in
            job, process.job = process.job, None
            answer = self.answer_of(process)
            self.counts[answer["result"]] += 1
            self.to_tell += answer.get("again", [])
            if job is not None:
                self.take_answer(job, answer)

    def answer_of(self, process: Process) -> dict[str, Any]:
        """Return what a process answers; a killed one is replaced, and whoever waits asks again."""
        try:
            answer: dict[str, Any] = process.pipe.recv()
        except (EOFError, ConnectionResetError):
            self.processes.remove(process)
            process.handle.join()
            self.start(process.kind)
            return {"result": "killed"}
        process.busy = False
        return answer

    def take_answer(self, job: Job, answer: dict[str, Any]) -> None:
        job.under_way -= 1
        job.answers.append(answer)
        if job.under_way:
            return
        answers, job.answers = job.answers, []
        results = {one["result"] for one in answers}
        accepted = {one["payment_id"] for one in answers if one["result"] == "accepted"}
        if len(accepted) > 1:
            self.problems.append(f"{job.key}: two payments {sorted(accepted)} for one key")
        if "key_reused" in results:
            self.problems.append(f"{job.key}: an honest repeat was refused")
        if accepted:
            self.finish(job)
            return
        if results == {"declined"}:
            # The last attempt is made again, when its request was lost.
            job.attempt = min(job.attempt + 1, len(job.attempts) - 1)
        elif pages := [one["page"] for one in answers if one.get("page")]:
            self.act_on_page(job.on_page, pages[0])
            job.ask_again_at = time.monotonic() + ASK_AGAIN_SECONDS
        self.todo.append(job)

    def act_on_page(self, what: OnPage, page: str) -> None:
        match what:
            case OnPage.PAYS:
                self.stripe.card_pays(page)
            case OnPage.TRIES_TWICE:
                self.stripe.card_pays(page, NO_FUNDS_CARD)
                self.stripe.card_pays(page)
            case OnPage.LEAVES:
                with self.stripe.lock:
                    self.stripe.session(page)["created"] -= ABANDONED_SECONDS

    def finish(self, job: Job) -> None:
        self.made += 1
        if job.is_changed:
            self.repeat_changed(job)
        if victim := self.plan.kills.get(self.made):
            self.kill(victim)

    def repeat_changed(self, job: Job) -> None:
        """Use the key of a payment that was made for another amount, which has to be refused."""
        free = self.of_kind(Victim.WEB, busy=False)
        if not free:
            return
        self.hand_to(free[0], job, extra_cents=100)
        job.under_way, free[0].job = 0, None
        answer = self.answer_of(free[0])
        self.counts["changed_repeats"] += 1
        if answer["result"] not in {"key_reused", "broken", "killed"}:
            self.problems.append(f"{job.key}: a changed repeat was {answer['result']}")

    # Killing

    def kill(self, victim: Victim) -> None:
        self.counts[f"killed_{victim}"] += 1
        if victim is Victim.DATABASE:
            assert self.server.pid is not None
            os.kill(self.server.pid, signal.SIGKILL)
            while self.server.is_running():
                time.sleep(0.005)
            self.server.restart()
            return
        self.hand_out()
        if busy := self.of_kind(victim, busy=True):
            time.sleep(self.chance.random() * 0.03)  # Into the middle of what it does.
            self.chance.choice(busy).handle.kill()
