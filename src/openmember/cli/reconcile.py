"""`openmember reconcile` and `openmember month`: the bank against the books, and closing a month."""

import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, finish, line, stdout, table
from openmember.kernel.money import dollars_from_cents

if TYPE_CHECKING:
    from openmember.payments.closing.types import Closing

DAY = ["%Y-%m-%d"]
MONTH = ["%Y-%m"]
month = typer.Typer(no_args_is_help=True, help="Look at a month, and close it.")
Month = Annotated[datetime, typer.Argument(formats=MONTH, help="The month, such as 2026-11.")]


def reconcile(
    day: Annotated[
        datetime | None, typer.Option("--date", formats=DAY, help="The last day; yesterday.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Match bank, gateways and books up to a day, and settle what the bank has. Again changes nothing."""
    with database():
        from openmember.members.types import system
        from openmember.payments.jobs import office_today
        from openmember.payments.reconciliation.queries import get_statement
        from openmember.payments.reconciliation.services.matching import reconcile_day

        until = day.date() if day else office_today() - timedelta(days=1)
        done = reconcile_day(day=until, actor=system("reconcile"))
        statement = get_statement(until=until)
    result = {
        "date": until,
        "loaded": done.loaded,
        "matched": done.matched_by_rule,
        "settled": done.settled,
        "open": {"count": done.open.total, "cents": done.open.total_cents},
        "late": {"count": done.late.total, "cents": done.late.total_cents},
        "bank_cents": statement.bank_cents,
        "books_cents": statement.books_cents,
        "unexplained_cents": statement.unexplained_cents,
    }

    def show() -> None:
        line(
            f"Reconciled up to {until}: {done.loaded} entries loaded, {done.settled} payments settled."
        )
        for rule, count in done.matched_by_rule.items():
            line(f"  {count:>8} matched: {rule.replace('_', ' ')}")
        line(f"  {done.open.total:>8} open, {done.late.total} of them late")
        for entry in done.late.entries:
            line(
                f"  {entry.shown} {entry.side.value} {entry.day} {dollars_from_cents(entry.amount_cents)}"
            )

    answer(result, as_json=as_json, otherwise=show)


@month.callback()
def _month() -> None:
    """Look at a month, and close it."""


@month.command()
def check(of: Month, as_json: Json = False) -> None:
    """Say what should be true before the month is closed; exit 1 when something is missing."""
    with database():
        from openmember.payments.closing.queries import get_closing
        from openmember.payments.jobs import office_today

        closing = get_closing(month=of.date(), today=office_today(), prove=True)
    answer(_checks(closing), as_json=as_json, otherwise=lambda: _show_checks(closing))
    finish(ok=not closing.missing)


@month.command()
def close(
    of: Month,
    reason: Annotated[str, typer.Option(help="Why it is closed though something is missing.")] = "",
    on: Annotated[
        datetime | None, typer.Option("--date", formats=DAY, help="The day it is closed; today.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Prove the books, keep the month's reports and lock it. Nothing is posted in it any more."""
    with database():
        from openmember.ledger.closing.services import MonthRefused
        from openmember.members.types import system
        from openmember.payments.closing.services import close_month
        from openmember.payments.jobs import office_today

        today = on.date() if on else office_today()
        try:
            state = close_month(
                month=of.date(), today=today, reason=reason, actor=system("command")
            )
        except MonthRefused as refused:
            raise Refusal(f"{of:%Y-%m} was not closed: {refused}.") from refused
    seal = state.steps[-1].seal
    answer(
        {"month": f"{of:%Y-%m}", "closed": True, "seal": seal},
        as_json=as_json,
        otherwise=lambda: line(f"{of:%Y-%m} is closed. Seal {seal}."),
    )


@month.command(name="trial-balance")
def trial_balance(of: Month, as_json: Json = False) -> None:
    """Show every code's opening, movement and closing of the month."""
    with database():
        from openmember.ledger.closing.queries import get_trial_balance

        balance = get_trial_balance(month=of.date())
    rows = [
        (
            int(one.code), one.title, dollars_from_cents(one.opening_cents),
            dollars_from_cents(one.debit_cents),
            dollars_from_cents(one.credit_cents), dollars_from_cents(one.closing_cents),
        )
        for one in balance.moved
    ]  # fmt: skip
    result = {
        "month": f"{of:%Y-%m}",
        "is_closed": balance.is_frozen,
        "balanced": balance.is_balanced,
        "lines": balance.moved,
    }
    columns = ("code", "", "opening", "debit", "credit", "closing")
    answer(result, as_json=as_json, otherwise=lambda: table(columns, rows))
    finish(ok=balance.is_balanced)


@month.command()
def journal(
    of: Month,
    as_: Annotated[str, typer.Option("--as", help="csv, or xaf for an XML Auditfile 3.2.")] = "csv",
) -> None:
    """Write the month's journal to stdout."""
    if as_ not in {"csv", "xaf"}:
        raise typer.BadParameter("--as is csv or xaf.")
    with database():
        from openmember.directory.queries import get_organisation
        from openmember.payments.closing.exports import auditfile, journal_csv
        from openmember.payments.jobs import office_today

        first = of.date()
        parts: Iterator[str] = (
            journal_csv(month=first)
            if as_ == "csv"
            else auditfile(
                month=first, organisation=get_organisation().name, created_on=office_today()
            )
        )
        for part in parts:
            stdout().write(part)
    sys.stdout.flush()


def _checks(closing: "Closing") -> dict[str, Any]:
    return {
        "month": f"{closing.state.month:%Y-%m}",
        "closed": closing.state.is_closed,
        "can_close": closing.can_close,
        "checks": [
            {
                "topic": one.topic.value,
                "ok": one.is_ok,
                "needed": one.is_needed,
                "count": one.count,
                "days": one.days,
            }
            for one in closing.checks
        ],
    }


def _show_checks(closing: "Closing") -> None:
    for one in closing.checks:
        days: tuple[date, ...] = one.days[:5]
        found = f" ({one.count})" if one.count and not one.is_ok else ""
        listed = f": {', '.join(day.isoformat() for day in days)}" if days and not one.is_ok else ""
        line(
            f"  {'ok     ' if one.is_ok else 'missing'} {one.topic.value.replace('_', ' ')}{found}{listed}"
        )
