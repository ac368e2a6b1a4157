"""Why dates are missed: codes that can be counted, with the words for people. Data, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from openmember.cases.categories import Words, in_language
from openmember.grievances.reasons import LANGUAGES


class BadCauses(Exception):
    """The file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause."""

    code: str
    titles: Words

    @property
    def title(self) -> str:
        return in_language(self.titles)


def find_cause(*, code: str) -> Cause | None:
    """Return a cause by its code, or None."""
    return next((one for one in list_causes() if one.code == code), None)


@cache
def list_causes() -> tuple[Cause, ...]:
    """Return the causes in their order. Errors: BadCauses."""
    return read_causes(Path(str(files("openmember.grievances"))) / "data" / "causes.toml")


def read_causes(path: Path) -> tuple[Cause, ...]:
    """Return the causes of a file. Errors: BadCauses."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["cause"]
        found = tuple(Cause(str(row["code"]), dict(row["title"])) for row in rows)
    except (OSError, KeyError, TypeError, ValueError) as wrong:
        raise BadCauses(f"{path.name}: {wrong}") from wrong
    if len({one.code for one in found}) != len(found):
        raise BadCauses(f"{path.name}: a code is there twice")
    for one in found:
        if not one.code or set(one.titles) != LANGUAGES:
            raise BadCauses(f"{path.name}: {one.code} needs a title in each language")
    return found
