"""Says what an X12 file holds as plain dictionaries, for reports and comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .envelope import Envelope
from .problems import ProblemLog
from .segments import Source
from .types import Group, Interchange, Segment, Severity, Trailer, Transaction

Business = Callable[[Transaction, Iterator[Segment], ProblemLog], dict[str, Any]]


def file_as_dict(source: Source, business: Business) -> dict[str, Any]:
    """Read a file to its end and return it as a dictionary; `business` sums up a transaction.

    Shape: bytes, interchanges > groups > transactions > business, and the errors as `defects`.
    """
    log = ProblemLog()
    envelope = Envelope(source, log)
    transactions: dict[Group, list[dict[str, Any]]] = {}
    for transaction, segments in envelope.transactions():
        content = business(transaction, segments, log)
        for _ in segments:  # Whatever `business` left unread still counts.
            continue
        transactions.setdefault(transaction.group, []).append(_transaction(transaction, content))
    return {
        "bytes": envelope.byte_count,
        "interchanges": [_interchange(one, transactions) for one in envelope.interchanges],
        "defects": [one.message for one in log.problems if one.severity is Severity.ERROR],
    }


def _interchange(
    interchange: Interchange, transactions: dict[Group, list[dict[str, Any]]]
) -> dict[str, Any]:
    cut = interchange.delimiters
    return {
        "sender": interchange.sender,
        "receiver": interchange.receiver,
        "date": interchange.date,
        "time": interchange.time,
        "version": interchange.version,
        "control": interchange.control,
        "ack_requested": interchange.ack_requested,
        "usage": interchange.usage,
        "delimiters": {
            "element": cut.element,
            "component": cut.component,
            "segment": cut.segment,
            "repetition": cut.repetition,
        },
        "groups": [_group(group, transactions.get(group, [])) for group in interchange.groups],
        "ta1": [
            [ack.control, ack.date, ack.time, ack.answer, ack.note]
            for ack in interchange.acknowledgments
        ],
        "iea": _trailer(interchange.trailer, "groups"),
    }


def _group(group: Group, transactions: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "functional_id": group.functional_id,
        "sender": group.sender,
        "receiver": group.receiver,
        "control": group.control,
        "version": group.version,
        "transactions": transactions,
        "ge": _trailer(group.trailer, "transactions"),
    }


def _transaction(transaction: Transaction, business: dict[str, Any]) -> dict[str, Any]:
    return {
        "set": transaction.set_id,
        "control": transaction.control,
        "guide": transaction.guide or transaction.group.version,
        "se01_stated": transaction.trailer.count if transaction.trailer else None,
        "segments_counted": transaction.segment_count,
        "business": business,
    }


def _trailer(trailer: Trailer | None, things: str) -> dict[str, str] | None:
    return {things: trailer.count, "control": trailer.control} if trailer else None
