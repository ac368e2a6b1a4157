"""What an enrolment instruction does to a member's spans of coverage.

Source: ASC X12N 005010X220A1. HD01 and INS03: 001 change, 021 add, 024 cancel or terminate, 025
reinstate, 030 audit. Decides only; `services` writes.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from openmember.coverage.types import Span


class Cannot(Exception):
    """The instruction cannot be applied without guessing. Shape: reason in a word, message in a sentence."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class Act(StrEnum):
    """What is to be done with a span."""

    ADD = "add"
    CHANGE = "change"
    END = "end"
    CANCEL = "cancel"
    REINSTATE = "reinstate"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: `span` as it should be afterwards."""

    act: Act
    span: Span


def add(known: tuple[Span, ...], wanted: Span) -> tuple[Step, ...]:
    """Cover from a day on. What is known already is left alone; an overlap is nobody's to resolve."""
    for span in known:
        if span.insurance_line != wanted.insurance_line or not _overlap(span, wanted):
            continue
        if _same_terms(span, wanted) and span.starts_on == wanted.starts_on:
            if span.ends_on == wanted.ends_on:
                return ()
            if wanted.ends_on is not None:
                return end(known, wanted.insurance_line, wanted.ends_on)
        raise Cannot(
            "overlap",
            f"{wanted.insurance_line} coverage from {wanted.starts_on} overlaps the coverage known"
            f" from {span.starts_on}; end that first or send a change.",
        )
    return (Step(Act.ADD, wanted),)


def change(known: tuple[Span, ...], wanted: Span) -> tuple[Step, ...]:
    """Cover on other terms from a day on: the span of that day is corrected, or ends the day before."""
    current = next(
        (
            span
            for span in known
            if span.insurance_line == wanted.insurance_line and span.is_open_on(wanted.starts_on)
        ),
        None,
    )
    if current is None:
        raise Cannot(
            "no_coverage",
            f"There is no {wanted.insurance_line} coverage on {wanted.starts_on} to change.",
        )
    ends_on = wanted.ends_on or current.ends_on
    if _same_terms(current, wanted) and current.ends_on == ends_on:
        return ()
    if current.starts_on == wanted.starts_on or _same_terms(current, wanted):
        return (
            Step(
                Act.CHANGE,
                replace(wanted, id=current.id, starts_on=current.starts_on, ends_on=ends_on),
            ),
        )
    return (
        Step(Act.END, replace(current, ends_on=wanted.starts_on - timedelta(days=1))),
        Step(Act.ADD, replace(wanted, ends_on=ends_on)),
    )


def end(known: tuple[Span, ...], insurance_line: str | None, ends_on: date) -> tuple[Step, ...]:
    """End coverage after a day: of one line, or of all. What starts later never comes to be."""
    steps = []
    for span in known:
        if insurance_line not in {None, span.insurance_line}:
            continue
        if span.starts_on > ends_on:
            steps.append(Step(Act.CANCEL, span))
        elif span.ends_on is None or span.ends_on > ends_on:
            steps.append(Step(Act.END, replace(span, ends_on=ends_on)))
    return tuple(steps)


def reinstate(known: tuple[Span, ...], wanted: Span) -> tuple[Step, ...]:
    """Cover again: without a gap the ended span goes on, after one a new span starts."""
    same = [span for span in known if span.insurance_line == wanted.insurance_line]
    if not same:
        raise Cannot("no_coverage", f"There was no {wanted.insurance_line} coverage to reinstate.")
    last = max(same, key=lambda span: span.starts_on)
    if last.ends_on is None:
        return ()
    if wanted.starts_on <= last.ends_on + timedelta(days=1):
        return (Step(Act.REINSTATE, replace(last, ends_on=wanted.ends_on)),)
    return (Step(Act.ADD, wanted),)


def _overlap(one: Span, other: Span) -> bool:
    return (one.ends_on is None or other.starts_on <= one.ends_on) and (
        other.ends_on is None or one.starts_on <= other.ends_on
    )


def _same_terms(one: Span, other: Span) -> bool:
    """Return whether two spans say the same apart from when."""
    return replace(one, id=None, starts_on=other.starts_on, ends_on=other.ends_on) == replace(
        other, id=None
    )


def restart(span: Span, starts_on: date) -> Span:
    """Return the same coverage from another day on, without an end."""
    return replace(span, id=None, starts_on=starts_on, ends_on=None)
