"""An MT940 file in plain dictionaries, as commands print it."""

from typing import Any

from openmember.exchange.mt940.types import Balance, Statement, StatementFile


def report_as_dict(file: StatementFile) -> dict[str, Any]:
    """Return each statement with its balances and whether its movements make them."""
    return {"statements": [_statement(one) for one in file.statements]}


def _statement(one: Statement) -> dict[str, Any]:
    said: dict[str, Any] = {
        "reference": one.reference,
        "account": one.account,
        "statement_no": one.number,
        "opening": _balance(one.opening),
        "closing": _balance(one.closing),
        "transactions": len(one.entries),
        "credits": str(one.credits),
        "debits": str(one.debits),
    }
    if one.opening is not None and one.closing is not None:
        made = one.opening.signed + one.credits - one.debits
        said.update(opening_plus_movements=str(made), balances=made == one.closing.signed)
    return said


def _balance(one: Balance | None) -> dict[str, str] | None:
    if one is None:
        return None
    return {
        "tag": one.tag, "mark": one.mark, "date": one.day, "currency": one.currency,
        "amount": str(one.amount),
    }  # fmt: skip
