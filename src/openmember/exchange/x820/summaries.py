"""Says what an 820 holds as plain dictionaries, for reports and comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.segments import Source
from openmember.exchange.x12.summaries import file_as_dict
from openmember.exchange.x12.types import Segment, Transaction

from .transactions import TransactionReader
from .types import Line

_MUTUALLY_DEFINED = "ZZ"


def report_as_dict(source: Source) -> dict[str, Any]:
    """Read an 820 to its end and return it as a dictionary."""
    return file_as_dict(source, _business)


def _business(
    transaction: Transaction, segments: Iterator[Segment], log: ProblemLog
) -> dict[str, Any]:
    reader = TransactionReader(transaction, segments, log)
    by_type: defaultdict[str, Decimal] = defaultdict(Decimal)
    adjusted: list[Decimal] = []
    for entity in reader:
        for line in entity.lines:
            by_type[_type_of(line)] += Decimal(line.amount.text or 0)
        adjustments = (*entity.adjustments, *(a for line in entity.lines for a in line.adjustments))
        adjusted += [Decimal(one.amount.text or 0) for one in adjustments]
    header, totals = reader.header, reader.totals
    return {
        "bpr_amount": header.amount.text if header else "",
        "bpr_handling": header.handling if header else "",
        "bpr_credit_debit": header.credit_debit if header else "",
        "bpr_method": header.method if header else "",
        "bpr_date": header.paid_on_text if header else "",
        "trace": list(header.traces) if header else [],
        "entities": totals.entities,
        "remittances": totals.lines,
        "rmr04_sum": str(sum(by_type.values(), Decimal(0))),
        "adx_count": len(adjusted),
        "adx_sum": str(sum(adjusted, Decimal(0))),
        "rmr04_by_type": {name: str(total) for name, total in sorted(by_type.items())},
        "bpr_equals_rmr04_sum": bool(header and header.amount.cents == totals.line_cents),
    }


def _type_of(line: Line) -> str:
    # An exchange names what a line is (ZZ:APTC); elsewhere RMR02 is somebody's number.
    name = line.identifier if line.qualifier == _MUTUALLY_DEFINED else "*"
    return f"{line.qualifier}:{name}"
