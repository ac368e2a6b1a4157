"""A lockbox file in plain dictionaries, as commands print it."""

from typing import Any

from openmember.exchange.lockbox.types import LockboxFile


def report_as_dict(file: LockboxFile) -> dict[str, Any]:
    """Return the checks and the totals, summed over all batches and lockboxes of the file."""
    sums = (len(file.checks), sum(one.amount_cents for one in file.checks))
    stated = (sum(one.checks for one in file.lockboxes), sum(one.cents for one in file.lockboxes))
    return {
        "records": file.records,
        "trailer_9_record_count": file.stated_records,
        "record_count_ok": file.records == file.stated_records,
        "checks": [
            {
                "batch": one.batch, "item": one.item, "amount_cents": one.amount_cents,
                "transit_routing": one.routing, "account": one.account, "check_number": one.number,
                "check_date_MMDDYY": one.dated, "remitter": one.remitter, "payee": one.payee,
                "overflow": one.overflow,
            }
            for one in file.checks
        ],
        "batch_total": {
            "remittances": sum(one.checks for one in file.batches),
            "cents": sum(one.cents for one in file.batches),
        },
        "lockbox_total": {
            "lockbox": file.lockboxes[0].name if file.lockboxes else None,
            "checks": stated[0],
            "cents": stated[1],
        },
        "balances": sums == stated and not any(one.code == "control" for one in file.problems),
    }  # fmt: skip
