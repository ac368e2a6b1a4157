"""Tells X12 files apart by their content."""

from __future__ import annotations

from .problems import ProblemLog
from .segments import SegmentReader


def recognise(head: bytes) -> str | None:
    """Return `x12-834`, `x12-820` and so on from a file's first bytes; None when it is no X12.

    A few kilobytes are enough: the first ST tells, and only ISA, TA1, and GS stand before it.
    """
    for segment in SegmentReader([head], ProblemLog()):
        if segment.id == "ST":
            return f"x12-{segment.at(1)}"
    return None
