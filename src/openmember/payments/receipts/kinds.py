"""Which lines of statements are money from payers: a table read once, refused when it cannot be right."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

OURS = Path(__file__).parent / "data" / "kinds.toml"


class BadKinds(Exception):
    """The file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Types of lines: those shown as wires, and patterns of those that are other transfers."""

    wires: tuple[str, ...]
    transfers: tuple[str, ...]


@cache
def get_kinds() -> Kinds:
    """Return the configured table. Errors: BadKinds."""
    return read_kinds(Path(getattr(settings, "RECEIPT_KINDS_FILE", OURS)))


def read_kinds(path: Path) -> Kinds:
    """Return the table a file describes. Errors: BadKinds."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        kinds = Kinds(tuple(told["wires"]), tuple(told["transfers"]))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as wrong:
        raise BadKinds(f"{path.name}: {wrong}") from wrong
    if not all(isinstance(one, str) and one for one in (*kinds.wires, *kinds.transfers)):
        raise BadKinds(f"{path.name}: a type is a word")
    return kinds
