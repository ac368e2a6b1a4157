"""A BAI2 file in plain dictionaries, as commands print it."""

from collections import defaultdict
from typing import Any

from openmember.exchange.bai2.types import Account, BankFile, Group, Trailer


def report_as_dict(file: BankFile) -> dict[str, Any]:
    """Return all a file says, what was counted beside what its trailers say, and its problems."""
    report: dict[str, Any] = {
        "physical_lines": file.physical_lines,
        "records": sum(file.record_types.values()),
        "record_types": dict(file.record_types),
        "groups": [_group(group) for group in file.groups],
        "problems": [f"line {one.line}: {one.message}" for one in file.problems],
        "file_header": {
            "sender": file.sender, "receiver": file.receiver, "date": file.created,
            "time": file.created_time, "file_id": file.file_id, "version": file.version,
        },
    }  # fmt: skip
    if file.trailer:
        said, counted, is_ok = _compared(file.trailer, "groups", "sum_of_group_trailers")
        report.update(file_trailer=said, computed=counted, file_trailer_ok=is_ok)
    return report


def _group(group: Group) -> dict[str, Any]:
    said: dict[str, Any] = {
        "receiver": group.receiver, "originator": group.originator, "status": group.status,
        "as_of_date": group.as_of, "currency": group.currency,
        "accounts": [_account(account) for account in group.accounts],
    }  # fmt: skip
    if group.trailer:
        keys = ("trailer", "computed", "trailer_ok")
        said.update(
            zip(keys, _compared(group.trailer, "accounts", "sum_of_account_trailers"), strict=True)
        )
    return said


def _account(account: Account) -> dict[str, Any]:
    sums: defaultdict[str, int] = defaultdict(int)
    for transaction in account.transactions:
        sums[transaction.type_code] += transaction.amount
    said: dict[str, Any] = {
        "account": account.number,
        "currency": account.currency,
        "summaries": [
            {"type": one.type_code, "amount": one.amount, "items": one.items, "funds": one.funds}
            for one in account.summaries
        ],
        "transactions": [
            {
                "type": one.type_code, "amount": one.amount, "funds": one.funds,
                "bank_ref": one.bank_reference, "cust_ref": one.customer_reference, "text": one.text,
            }
            for one in account.transactions
        ],
        "transaction_sum_by_type": dict(sums),
    }  # fmt: skip
    if account.trailer:
        keys = ("trailer", "computed", "trailer_ok")
        said.update(zip(keys, _compared(account.trailer, "", "control_total"), strict=True))
    return said


def _compared(trailer: Trailer, units: str, total: str) -> tuple[dict[str, Any], ...]:
    """Return what the trailer says, what was counted, and where the two agree."""
    said = {"control_total": trailer.control_total, "records": trailer.records}
    counted = {total: trailer.counted_total, "records": trailer.counted_records}
    is_ok = {
        "control_total": trailer.control_total == trailer.counted_total,
        "records": trailer.records == trailer.counted_records,
    }
    if units:
        said[units], counted[units] = trailer.units, trailer.counted_units
        is_ok[units] = trailer.units == trailer.counted_units
    return said, counted, is_ok
