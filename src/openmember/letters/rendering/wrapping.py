"""Wrapping text by the columns it takes: a Chinese character takes two, and a line may end after any."""

import re
import unicodedata
from collections.abc import Iterator

# Signs that may not begin a line in Chinese.
_CLOSING = "，。、；：？！）」』》〉】"


def wrap(text: str, width: int) -> list[str]:
    """Return the lines of a text, each at most `width` columns; a longer word is cut."""
    return [line for one in text.split("\n") for line in _wrap_line(one, width)] or [""]


def columns(text: str) -> int:
    """Return how many columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _wrap_line(text: str, width: int) -> Iterator[str]:
    # What hangs under a list's mark lines up with its words.
    indent = "  " if text.startswith("- ") else ""
    line = ""
    for piece in _pieces(text):
        if line.strip() and columns((line + piece).rstrip()) > width:
            yield line.rstrip()
            line, piece = indent, piece.lstrip()
        while columns((line + piece).rstrip()) > width:
            cut = _fitting(line + piece, width)
            yield (line + piece)[:cut]
            line, piece = indent, (line + piece)[cut:]
        line += piece
    yield line.rstrip()


def _pieces(text: str) -> list[str]:
    """Return words with the blank after each, and Chinese characters one by one."""
    return re.findall(
        rf"[\u2e80-\u9fff\uff00-\uffef][{_CLOSING}]*\s*|[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|\s+",
        text,
    )


def _fitting(text: str, width: int) -> int:
    for end in range(len(text), 0, -1):
        if columns(text[:end]) <= width:
            return end
    return 1
