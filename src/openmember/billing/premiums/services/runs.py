"""The premium run: price every account, look at the total, then bill range by range of accounts.

Each step keeps how far it came, and each range is one transaction: a run that was killed anywhere is finished
by starting it again. docs/premium-run.md shows how.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from threading import Lock

from django.conf import settings
from django.db import connections, transaction

from openmember.billing.premiums import queries, rules
from openmember.billing.premiums.types import Run, RunState
from openmember.directory.queries import get_organisation
from openmember.directory.types import Region
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.members.types import Actor, Scope
from openmember.rulebook.amounts import get_amount

LOCK = "billing_premium_run"
COBRA, COBRA_EXTENDED = "COBRA-PCT", "COBRA-PCT-DISAB"


class RunAtWork(Exception):
    """Another run or preview is at work; two would price and bill the same accounts."""


class RunUnfinished(Exception):
    """The run of another month was broken off and has to be finished first; the message names the month."""


class ChangeTooLarge(Exception):
    """The month would change the total by more than the limit. Nothing was billed."""

    def __init__(self, run: Run, change_bps: int) -> None:
        super().__init__(f"the total would change by {change_bps / 100:.1f} percent")
        self.run = run
        self.change_bps = change_bps


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What to bill: a month (its first day), as of `today`. A reason lets it be a month out of order."""

    month: date
    today: date
    reason: str = ""
    accept_change: bool = False
    workers: int = 1


@dataclass(frozen=True, slots=True)
class BilledRange:
    """The accounts just billed, in the transaction that billed them: `first` up to, not including, `next`."""

    month: date
    first: str
    next: str


Progress = Callable[[str, int, int], None]


def _silent(step: str, done: int, ranges: int) -> None:
    """Tell nobody how far it came."""


def preview(*, request: RunRequest, actor: Actor, progress: Progress = _silent) -> Run:
    """Price a month and keep what it comes to; nothing is billed.

    Errors: NotAllowed, RunAtWork, RunUnfinished.
    """
    actor.require(Scope.RUN_BILLING)
    with _alone():
        run = _begin(request, actor, is_preview=True)
        _price(run, request, progress)
        _move(run, RunState.PREVIEWED)
        return _audited(run.id, actor, "premiums.preview")


def run(
    *,
    request: RunRequest,
    actor: Actor,
    settle: Callable[[BilledRange], None] = lambda billed: None,
    progress: Progress = _silent,
) -> Run:
    """Bill a month, or finish billing it. What was billed before is not billed again.

    `settle` is called for each range in the transaction that billed it, so that credit is used at once.
    Errors: NotAllowed; OutOfOrder; RunAtWork; RunUnfinished; ChangeTooLarge, with nothing billed.
    Locks:  the balance rows of one range for each worker.
    """
    actor.require(Scope.RUN_BILLING)
    with _alone():
        open_run = queries.find_open_run()
        if open_run is None:
            rules.check_order(
                request.month, last=queries.find_last_month(), today=request.today, reason=request.reason
            )  # fmt: skip
        begun = _begin(request, actor, is_preview=False)
        if begun.state is RunState.PRICING:
            _price(begun, request, progress)
            _check_change(begun, request, actor)
            _move(begun, RunState.WRITING)
        _write(begun, request, settle, progress)
        _move(begun, RunState.DONE)
        return _audited(begun.id, actor, "premiums.run")


@contextmanager
def _alone() -> Iterator[None]:
    # Held by the session: it ends with the process that holds it, however that ends.
    params = {"lock": LOCK}
    if not fetch_one("SELECT pg_try_advisory_lock(hashtext(%(lock)s)) AS held", params).held:
        raise RunAtWork("another premium run or preview is at work")
    try:
        # A range of accounts, or the plan of all ranges, may take longer than a page may.
        fetch_all("SET statement_timeout = 0")
        yield
    finally:
        fetch_all("RESET statement_timeout")
        fetch_all("SELECT pg_advisory_unlock(hashtext(%(lock)s))", params)


@transaction.atomic
def _begin(request: RunRequest, actor: Actor, *, is_preview: bool) -> Run:
    pricing = rules.pricing(get_amount(COBRA).value, get_amount(COBRA_EXTENDED).value)
    look_back = rules.add_months(request.month, -settings.PREMIUM_LOOK_BACK_MONTHS)
    try:
        begun = fetch_one(
            "SELECT billing_premium_begin(%(month)s, %(is_preview)s, %(reason)s, %(actor)s, %(rules)s,"
            " %(dates)s, %(look_back)s, %(size)s) AS id",
            {
                "month": request.month,
                "is_preview": is_preview,
                "reason": request.reason,
                "actor": str(actor),
                "rules": json.dumps(pricing),
                "dates": json.dumps(_dates(request)),
                "look_back": look_back,
                "size": rules.range_size(
                    queries.count_accounts(),
                    most=settings.PREMIUM_RANGE_ACCOUNTS,
                    workers=request.workers,
                ),
            },
        )
    except Refused as refused:
        if refused.name != "run_unfinished":
            raise
        raise RunUnfinished(
            f"the run of {refused.detail} was broken off: finish it first"
        ) from refused
    return queries.get_run(run_id=begun.id)


def _dates(request: RunRequest) -> dict[str, list[str]]:
    """Return when bills are dated and due in each region; under '' for members of none."""
    organisation = get_organisation()
    known: dict[str, tuple[Region | None, str]] = {
        region.code: (region, region.states[0] if len(region.states) == 1 else "US")
        for region in organisation.regions
    }
    return {
        code: [
            day.isoformat()
            for day in rules.bill_dates(
                request.month,
                region.bill_days if region else organisation.bill_days,
                run_on=request.today,
                jurisdiction=jurisdiction,
            )
        ]
        for code, (region, jurisdiction) in {**known, "": (None, "US")}.items()
    }


def _price(run: Run, request: RunRequest, progress: Progress) -> None:
    @transaction.atomic
    def price(position: int) -> None:
        params = {"run": run.id, "position": position}
        fetch_one("SELECT billing_premium_price(%(run)s, %(position)s)", params)

    positions = queries.list_unpriced_ranges(run_id=run.id)
    _each(positions, price, request.workers, lambda done: progress("pricing", done, run.ranges))


def _check_change(run: Run, request: RunRequest, actor: Actor) -> None:
    change_bps = queries.get_variance(run_id=run.id).change_bps
    limit = settings.PREMIUM_CHANGE_LIMIT_PERCENT
    if request.accept_change or not rules.is_change_too_large(change_bps, limit_percent=limit):
        return
    _move(run, RunState.STOPPED)
    raise ChangeTooLarge(_audited(run.id, actor, "premiums.stop"), change_bps or 0)


def _write(
    run: Run, request: RunRequest, settle: Callable[[BilledRange], None], progress: Progress
) -> None:
    @transaction.atomic
    def write(position: int) -> None:
        params = {"run": run.id, "position": position}
        done = fetch_one("SELECT billing_premium_write(%(run)s, %(position)s) AS wrote", params)
        if done.wrote:
            settle(BilledRange(run.month, *queries.get_range(run_id=run.id, position=position)))

    positions = queries.list_unwritten_ranges(run_id=run.id)
    _each(positions, write, request.workers, lambda done: progress("billing", done, run.ranges))


def _move(run: Run, state: RunState) -> None:
    fetch_all(
        "SELECT billing_premium_move(%(run)s, %(state)s)", {"run": run.id, "state": state.value}
    )


def _audited(run_id: int, actor: Actor, action: str) -> Run:
    run = queries.get_run(run_id=run_id)
    audit.record(
        actor=str(actor), action=action, run=run.id, month=run.month, reason=run.reason,
        bills=run.bills, billed_cents=run.billed_cents, credits=run.credits,
        credited_cents=run.credited_cents, total_cents=run.total_cents,
    )  # fmt: skip
    return run


def _each(
    positions: tuple[int, ...],
    do: Callable[[int], None],
    workers: int,
    tell: Callable[[int], None],
) -> None:
    """Do something for each range, several at a time; the first failure ends it all."""
    left, lock, stopped = iter(positions), Lock(), False
    done = 0

    def work() -> None:
        nonlocal done, stopped
        while not stopped:
            with lock:
                position = next(left, None)
            if position is None:
                return
            try:
                do(position)
            except BaseException:
                stopped = True
                raise
            with lock:
                done += 1
                tell(done)

    def work_apart() -> None:
        try:
            fetch_all("SET statement_timeout = 0")
            # The working tables of a range stay in memory; the session has used none before.
            fetch_all("SET temp_buffers = '64MB'")
            work()
        finally:
            connections.close_all()

    if workers == 1:
        work()
        return
    with ThreadPoolExecutor(workers) as pool:
        for future in [pool.submit(work_apart) for _ in range(workers)]:
            future.result()
