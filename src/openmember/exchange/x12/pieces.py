"""Splits a transaction into the pieces its readers work through, each small enough for memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from .problems import ProblemLog
from .types import Segment

MAX_PIECE_SEGMENTS = 20_000  # Far above what one claim or one entity needs.


def split(
    segments: Iterator[Segment], openers: Collection[str], log: ProblemLog
) -> Iterator[list[Segment]]:
    """Yield the segments before the first opener, then each opener with those up to the next."""
    piece: list[Segment] = []
    size = 0
    for segment in segments:
        if segment.id == "SE":
            continue
        if segment.id in openers:
            yield piece
            piece, size = [], 0
        size += 1
        if size <= MAX_PIECE_SEGMENTS:
            piece.append(segment)
        elif size == MAX_PIECE_SEGMENTS + 1:
            message = f"More than {MAX_PIECE_SEGMENTS} segments belong together; expected an end."
            log.error(segment, "piece-too-long", message)
    yield piece


def check_place(
    segment: Segment, place: str, holds: Mapping[str, Collection[str]], log: ProblemLog
) -> bool:
    """Return whether a segment may stand in a loop; note an error when it may not."""
    if segment.id in holds[place]:
        return True
    if any(segment.id in held for held in holds.values()):
        message = f"{segment.id} stands in {place}; expected it elsewhere or not at all."
        log.error(segment, "unexpected-segment", message)
    else:
        message = f"{segment.id!r} is no segment of this transaction; expected one of its guide."
        log.error(segment, "unknown-segment", message)
    return False
