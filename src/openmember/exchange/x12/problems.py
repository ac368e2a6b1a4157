"""Gathers what is wrong with a file while it is read."""

from __future__ import annotations

import re
from collections import Counter

from .types import Problem, Segment, Severity

KEPT_OF_EACH_SEVERITY = 1_000  # A gigabyte of nonsense must not become a gigabyte of messages.

# Looks like a code, date, or amount. Anything else may be a name that damage has moved here.
_QUOTABLE = re.compile(r".{1,3}|(?=.*[0-9])[A-Za-z0-9.-]{1,17}")


class ProblemLog:
    """Counts every problem and keeps the first thousand of each severity."""

    def __init__(self) -> None:
        self.counts: Counter[Severity] = Counter()
        self._kept: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems kept, in the order of the file."""
        return tuple(sorted(self._kept, key=lambda problem: problem.segment_number))

    def error(self, segment: Segment, code: str, message: str) -> None:
        """Note what makes the file unacceptable."""
        self._add(Severity.ERROR, segment, None, code, message)

    def wrong(self, segment: Segment, position: int, code: str, expected: str) -> None:
        """Note that an element makes the file unacceptable, and what was expected of it."""
        name, value = f"{segment.id}{position:02}", segment.at(position)
        found = f"is {_quote(value)}" if value else "is missing"
        self._add(Severity.ERROR, segment, name, code, f"{name} {found}; expected {expected}.")

    def warn(self, segment: Segment, position: int, code: str, message: str) -> None:
        """Note what a person should look at; the file may still be taken."""
        self._add(Severity.WARNING, segment, f"{segment.id}{position:02}", code, message)

    def _add(
        self, severity: Severity, segment: Segment, element: str | None, code: str, message: str
    ) -> None:
        self.counts[severity] += 1
        if self.counts[severity] <= KEPT_OF_EACH_SEVERITY:
            problem = Problem(segment.number, segment.id, element, message, code, severity)
            self._kept.append(problem)


def _quote(value: str) -> str:
    return repr(value) if _QUOTABLE.fullmatch(value) else f"text of length {len(value)}"
