"""The two files of a run of checks: what the bank may pay, and the register for the printer and the books."""

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from openmember.kernel.money import dollars_from_cents
from openmember.kernel.spreadsheets import harmless
from openmember.payments.credits.types import Check, CheckRun


def write_run(
    *, run: CheckRun, checks: Sequence[Check], ended: Sequence[Check], bank_account: str, out: Path
) -> tuple[Path, Path]:
    """Write both files of a run whole or not at all, and return them. Again writes the same."""
    out.mkdir(parents=True, exist_ok=True)
    name = f"{run.run_on:%Y%m%d}-{run.id:05d}"
    issued = out / f"positive-pay-{name}.csv"
    register = out / f"check-register-{name}.csv"
    _write(issued, positive_pay(checks, ended, bank_account))
    _write(register, register_of(checks))
    return issued, register


def positive_pay(checks: Iterable[Check], ended: Iterable[Check], bank_account: str) -> str:
    """Return what the bank compares checks with: one line a check, I to pay it, V to refuse it."""
    rows = [_issue(check, bank_account, check.issued_on, "I") for check in checks]
    rows += [_issue(check, bank_account, check.ended_on or check.issued_on, "V") for check in ended]
    return _csv([("account", "check", "date", "amount", "payee", "action"), *rows])


def register_of(checks: Iterable[Check]) -> str:
    """Return the register: what is printed on each check and where it goes, with the totals in the end."""
    listed = list(checks)
    rows = [
        (
            str(check.number),
            check.issued_on.isoformat(),
            dollars_from_cents(check.amount_cents),
            harmless(check.payee),
            *(harmless(line) for line in check.address),
        )
        for check in listed
    ]
    total = dollars_from_cents(sum(check.amount_cents for check in listed))
    head = ("check", "date", "amount", "payee", "street", "street2", "city", "state", "postal_code")
    return _csv([head, *rows, ("total", str(len(listed)), total, "", "", "", "", "", "")])


def _issue(check: Check, bank_account: str, on: date, action: str) -> tuple[str, ...]:
    return (
        bank_account, str(check.number), on.isoformat(), dollars_from_cents(check.amount_cents),
        harmless(check.payee), action,
    )  # fmt: skip


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _write(path: Path, text: str) -> None:
    """Write beside the file and put it in its place, so that nobody ever reads half of one."""
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
