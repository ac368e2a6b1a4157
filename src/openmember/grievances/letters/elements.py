"""What each letter must say: a dated table of elements by law and state, each with who asks for it."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

from openmember.grievances.letters.types import LetterKind, Requirement
from openmember.grievances.steps import FAMILIES
from openmember.grievances.types import Matter, Track
from openmember.rulebook.reading import Row, read_rows
from openmember.rulebook.types import Confidence

COLUMNS = (
    "kind", "law", "place", "matter", "element", "citation", "confidence", "effective_from",
    "effective_to", "note",
)  # fmt: skip
ANY, OWN = "any", "own"
# Disputes about a coverage decision, as the table names them.
COVERAGE = frozenset({Matter.APPEAL, Matter.DETERMINATION, Matter.EXCEPTION})
_MATTERS = {
    ANY: frozenset(Matter), "coverage": COVERAGE,
    "grievance": frozenset({Matter.GRIEVANCE, Matter.ACCESS}),
}  # fmt: skip


def required(kind: LetterKind, track: Track, *, on: date) -> tuple[Requirement, ...]:
    """Return what a letter of a day must say, each element once, a law’s before our own."""
    found: dict[str, Requirement] = {}
    for one in all_requirements():
        if _applies(one, kind, track, on):
            known = found.get(one.element)
            if known is None or known.confidence == OWN:
                found[one.element] = one
    return tuple(found.values())


def lacking(
    kind: LetterKind, track: Track, has: Iterable[str], *, on: date
) -> tuple[Requirement, ...]:
    """Return the elements a letter must have and does not."""
    said = set(has)
    return tuple(one for one in required(kind, track, on=on) if one.element not in said)


@cache
def all_requirements() -> tuple[Requirement, ...]:
    """Return the table. Errors: BadRulebook naming row and column."""
    return read_elements(Path(str(files("openmember.grievances"))) / "data" / "elements.csv")


def read_elements(path: Path) -> tuple[Requirement, ...]:
    """Return the elements of a file. Errors: BadRulebook naming row and column."""
    return tuple(_requirement(row) for row in read_rows(path, COLUMNS))


def _applies(one: Requirement, kind: LetterKind, track: Track, on: date) -> bool:
    return (
        one.kind in {ANY, kind.value}
        and (one.law == ANY or track.law in FAMILIES[one.law])
        and one.place in {"US", track.place}
        and track.matter in _matters(one.matter)
        and (one.effective_from or date.min) <= on <= (one.effective_to or date.max)
    )


def _matters(name: str) -> frozenset[Matter]:
    return _MATTERS.get(name) or frozenset({Matter(name)})


def _requirement(row: Row) -> Requirement:
    _known(row, "kind", {ANY, *LetterKind})
    _known(row, "law", {ANY, *FAMILIES})
    _known(row, "matter", {*_MATTERS, *Matter})
    _known(row, "confidence", {OWN, *Confidence})
    first, last = row.period()
    return Requirement(
        kind=row.text("kind"),
        law=row.text("law"),
        place=row.place("place"),
        matter=row.text("matter"),
        element=row.text("element"),
        citation=row.text("citation"),
        confidence=row.text("confidence"),
        effective_from=first,
        effective_to=last,
    )


def _known(row: Row, column: str, words: set[str]) -> None:
    if row.text(column) not in words:
        raise row.wrong(column, f"{row.text(column)!r} is not one of {', '.join(sorted(words))}")
