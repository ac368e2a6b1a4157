"""What the articles say of the organisation besides regions, lines and teams, each with its source."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from openmember.directory.lines import find_line
from openmember.directory.queries import find_region
from openmember.directory.reading import BadDirectory, folder, naming, read_file
from openmember.directory.types import Fact, Registration

FILE = "facts.toml"
_SOURCE = re.compile(r"[a-z0-9]+:\d+(-\d+)?")


class UnknownFact(Exception):
    """No article says anything under this code."""


def get_fact(*, code: str) -> Fact:
    """Return one fact. Errors: UnknownFact; BadDirectory."""
    found = next((fact for fact in list_facts() if fact.code == code), None)
    if found is None:
        raise UnknownFact(code)
    return found


def list_facts() -> tuple[Fact, ...]:
    """Return all facts in the order of their file. Errors: BadDirectory."""
    return read_facts(folder() / FILE)


def find_registration(*, region: str) -> Registration | None:
    """Return how new patients are registered in a region; None where no source says it."""
    path = folder() / FILE
    return next((one for one in read_registration(path) if one.region == region), None)


@cache
def read_facts(path: Path) -> tuple[Fact, ...]:
    """Return the facts of a file. Errors: BadDirectory."""
    facts = read_file(path)
    with naming(path):
        found = tuple(_fact(row) for row in facts["fact"])
    if len({fact.code for fact in found}) != len(found):
        raise BadDirectory(f"{path.name}: two facts have one code")
    return found


@cache
def read_registration(path: Path) -> tuple[Registration, ...]:
    """Return how patients are registered, region by region. Errors: BadDirectory."""
    facts = read_file(path)
    with naming(path):
        return tuple(_registration(row) for row in facts.get("registration", ()))


def _fact(row: dict[str, Any]) -> Fact:
    if not _SOURCE.fullmatch(row["source"]):
        raise BadDirectory(f"{row['code']}: a source is an article and a line, like seed1:5")
    value = tuple(row["value"]) if isinstance(row["value"], list) else row["value"]
    return Fact(row["code"], value, row.get("note", ""), row["source"])


def _registration(row: dict[str, Any]) -> Registration:
    line, office = row.get("line", ""), row.get("office", "")
    if find_region(code=row["region"]) is None:
        raise BadDirectory(f"registration: there is no region {row['region']}")
    if bool(line) == bool(office) or (line and find_line(code=line) is None):
        raise BadDirectory(f"registration, {row['region']}: it has a known line, or an office")
    return Registration(row["region"], line, office, row["source"])
