"""Which lines of statements are money from payers: a table read once, refused when it cannot be right."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from django.conf import settings

OURS = Path(__file__).parent / "data" / "kinds.toml"


class BadKinds(Exception):
    """The file is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Types of lines: those shown as wires, patterns of those that are other transfers, and patterns of those
    of both that credits of an ACH file may come as."""

    wires: tuple[str, ...]
    transfers: tuple[str, ...]
    as_items: tuple[str, ...]

    def has(self, type_code: str) -> bool:
        """Return whether lines of this type are money from payers."""
        return type_code in self.wires or any(
            fnmatchcase(type_code, pattern.replace("%", "*")) for pattern in self.transfers
        )


@cache
def get_kinds() -> Kinds:
    """Return the configured table. Errors: BadKinds."""
    return read_kinds(Path(getattr(settings, "RECEIPT_KINDS_FILE", OURS)))


def read_kinds(path: Path) -> Kinds:
    """Return the table a file describes. Errors: BadKinds."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        kinds = Kinds(tuple(told["wires"]), tuple(told["transfers"]), tuple(told["as_items"]))
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as wrong:
        raise BadKinds(f"{path.name}: {wrong}") from wrong
    if not all(
        isinstance(one, str) and one for one in (*kinds.wires, *kinds.transfers, *kinds.as_items)
    ):
        raise BadKinds(f"{path.name}: a type is a word")
    return kinds
