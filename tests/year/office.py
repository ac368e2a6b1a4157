"""What the office does each day, in the order of its jobs. Every step is one a command or a job runs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from operator import attrgetter
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from openmember.assistance.jobs import apply_awards
from openmember.billing.debts.jobs import write_off_small_balances
from openmember.billing.grace.jobs import sweep_grace
from openmember.billing.plans.jobs import sweep_plans
from openmember.billing.premiums.services.runs import RunRequest
from openmember.billing.statements.services import run_month
from openmember.exchange.nacha import open_nacha
from openmember.exchange.nacha.testing import SentBack, compose_returns
from openmember.exchange.nacha.types import Entry
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor
from openmember.payments.ach.services import files
from openmember.payments.ach.services.returns import take_answers
from openmember.payments.ach.testing import sent_back
from openmember.payments.autopay.jobs import run_autopay
from openmember.payments.closing.services import close_month
from openmember.payments.credits.jobs import sweep_credits
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.services.gateway import list_waiting, resolve_payment
from openmember.payments.services.premiums import run_premiums
from openmember.rulebook.calendar import banking_days_after, is_banking_day
from tests.year import calendar
from tests.year.bank import Bank

OFFICE = ZoneInfo("America/Los_Angeles")
# Of a hundred debits this many come back, and what for.
RETURNED_PERCENT = 3
CODES = (("R01", 60), ("R02", 10), ("R03", 6), ("R08", 6), ("R09", 8), ("R10", 4), ("C01", 6))


@dataclass
class Office:
    """The plan's office: its folder of files, its bank, and what it has to send back."""

    folder: Path
    random: Random
    actor: Actor
    bank: Bank = field(default_factory=Bank)
    to_return: list[tuple[date, SentBack]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def work(self, day: date) -> None:
        """Do one day's rounds and prove the books."""
        ensure_months(day)
        self._hear_the_gateway(day)
        self._sweep(day)
        if day.day == calendar.BILL_DAY:
            self._bill(calendar.month_after(day))
        run_autopay(day=day, actor=self.actor)
        if is_banking_day(day):
            self._send_files(day)
            self._take_returns(day)
        files.settle_files(on=day, actor=self.actor)
        self.bank.say(day)
        reconcile_day(day=day, actor=self.actor)
        self._month_end(day)
        self._prove(day)

    def _hear_the_gateway(self, day: date) -> None:
        """Take in what answers late: by seconds of the wall clock, of which a day of the year has too few."""
        fetch_all("UPDATE payments_sandbox_charge SET answers_at = now() WHERE answers_at > now()")
        for payment in list_waiting(older_than_seconds=-1, limit=10_000):
            resolve_payment(payment=payment, on=day)

    def _sweep(self, day: date) -> None:
        sweep_grace(today=day, actor=self.actor)
        sweep_plans(today=day)
        sweep_credits(today=day)
        write_off_small_balances(today=day)
        apply_awards(day)

    def _bill(self, month: date) -> None:
        # Members come and go at random, so a month may well differ by more than is usual.
        request = RunRequest(month, month.replace(day=1), accept_change=True)
        today = calendar.month_before(month).replace(day=calendar.BILL_DAY)
        request = RunRequest(request.month, today, accept_change=True, workers=2)
        run_premiums(request=request, actor=self.actor)

    def _send_files(self, day: date) -> None:
        noon = datetime.combine(day, time(12), OFFICE)
        made = files.make_files(file_on=day, now=noon, folder=self.folder, actor=self.actor)
        for file in made.written:
            if self.random.random() < 0.03:
                # The bank refuses a file whole now and then; everything in it goes with the next.
                files.reject_file(file=file, reason="the bank's reader was down", actor=self.actor)
                self.said.append(f"{day} file refused")
                continue
            taken = files.acknowledge_file(file=file, actor=self.actor)
            files.acknowledge_file(file=taken, actor=self.actor)  # Banks say things twice.
            # By whose it is and not by its place, which is drawn anew each time many are made at once.
            for entry in sorted(
                self._entries(file.name), key=attrgetter("account", "amount_cents")
            ):
                self._perhaps_return(entry, file.effective_on)

    def _entries(self, name: str) -> Iterator[Entry]:
        with (self.folder / name).open("rb") as source:
            yield from open_nacha(source)

    def _perhaps_return(self, entry: Entry, effective_on: date) -> None:
        if not entry.is_debit or self.random.random() * 100 >= RETURNED_PERCENT:
            return
        code = self.random.choices([word for word, _ in CODES], [weight for _, weight in CODES])[0]
        said = {"corrected": "1918171614"} if code == "C01" else {}
        back_on = banking_days_after(
            effective_on, 30 if code == "R10" else self.random.choice((1, 2))
        )
        self.to_return.append((back_on, sent_back(entry, code, **said)))

    def _take_returns(self, day: date) -> None:
        due = [item for on, item in self.to_return if on <= day]
        self.to_return = [(on, item) for on, item in self.to_return if on > day]
        if not due:
            return
        path = self.folder / f"returns-{day}"
        path.write_bytes(compose_returns(due, made_on=f"{day:%y%m%d}"))
        taken = take_answers(path=path, actor=self.actor)
        again = take_answers(path=path, actor=self.actor)
        if not taken.accepted or not again.already_taken:
            raise AssertionError(f"{day}: the same returns were taken twice")
        self.said.append(f"{day} {len(due)} returns")

    def _month_end(self, day: date) -> None:
        ended = calendar.month_before(day)
        if day.day == calendar.STATEMENT_DAY:
            run_month(month=ended, today=day, actor=self.actor)
        if day.day == calendar.CLOSE_DAY:
            close_month(month=ended, today=day, reason="the year's simulation", actor=self.actor)
            self.said.append(f"{day} closed {ended:%Y-%m}")

    def _prove(self, day: date) -> None:
        found = check_books()
        if found:
            raise AssertionError(
                f"{day}: " + "; ".join(f"{one.check}: {one.explanation}" for one in found[:5])
            )
