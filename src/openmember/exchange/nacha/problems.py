"""Gathers what is wrong with a file while it is read."""

from __future__ import annotations

from collections import Counter

from .types import Problem, Severity

KEPT_OF_EACH_SEVERITY = 1_000  # A file of nonsense must not become a list of a million messages.


class ProblemLog:
    """Counts every problem and keeps the first thousand of each severity."""

    def __init__(self) -> None:
        self.counts: Counter[Severity] = Counter()
        self._kept: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems kept, in the order of the file."""
        return tuple(sorted(self._kept, key=lambda problem: problem.line))

    def error(self, line: int, code: str, message: str) -> None:
        """Note what makes the file unacceptable."""
        self._add(Problem(line, code, message))

    def warn(self, line: int, code: str, message: str) -> None:
        """Note what a person should look at; the file may still be taken."""
        self._add(Problem(line, code, message, Severity.WARNING))

    def differs(self, line: int, what: str, stated: object, counted: object) -> None:
        """Note a control that says something else than the records before it."""
        found = "is not a number" if stated is None else f"says {stated}"
        self.error(line, "control", f"The {what} {found}; the records say {counted}.")

    def _add(self, problem: Problem) -> None:
        self.counts[problem.severity] += 1
        if self.counts[problem.severity] <= KEPT_OF_EACH_SEVERITY:
            self._kept.append(problem)
