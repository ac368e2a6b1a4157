"""Why something is decided as it is: codes that can be counted, with the words for people. Data, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from openmember.cases.categories import Words, in_language
from openmember.grievances.types import BadCourse, Outcome

LANGUAGES = {"en", "es", "zh-hant"}


class BadReasons(Exception):
    """The file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, and the outcomes it can stand for."""

    code: str
    outcomes: frozenset[Outcome]
    titles: Words

    @property
    def title(self) -> str:
        return in_language(self.titles)


def find_reason(*, code: str) -> Reason:
    """Return a reason by its code. Errors: BadCourse `unknown_reason`."""
    found = next((one for one in list_reasons() if one.code == code), None)
    if found is None:
        raise BadCourse("unknown_reason", code)
    return found


@cache
def list_reasons() -> tuple[Reason, ...]:
    """Return the reasons in their order. Errors: BadReasons."""
    return read_reasons(Path(str(files("openmember.grievances"))) / "data" / "reasons.toml")


def read_reasons(path: Path) -> tuple[Reason, ...]:
    """Return the reasons of a file. Errors: BadReasons."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["reason"]
        found = tuple(
            Reason(str(row["code"]), frozenset(Outcome(one) for one in row["outcomes"]), dict(row["title"]))
            for row in rows
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError) as wrong:
        raise BadReasons(f"{path.name}: {wrong}") from wrong
    if len({one.code for one in found}) != len(found):
        raise BadReasons(f"{path.name}: a code is there twice")
    for one in found:
        if set(one.titles) != LANGUAGES or not one.outcomes:
            raise BadReasons(f"{path.name}: {one.code} needs outcomes and a title in each language")
    return found
