"""Reads XML into elements that know their line, without namespaces. Entities and outside parts are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

# As ISO 20022 writes one: at most 18 digits, of which at most five after the point.
_AMOUNT = re.compile(r"(\d{1,15})(?:\.(\d{1,5}))?", re.ASCII)


class NotXml(Exception):
    """The file is no XML we read. `line` is where."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _LineParser(DefusedXMLParser):
    """Notes on each element the line its tag stands on."""

    def _start(self, tag: str, attributes: Any) -> Any:
        element = super()._start(tag, attributes)
        element.line = self.parser.CurrentLineNumber
        return element


class Node:
    """An element: what stands under a path of tags."""

    def __init__(self, element: Any) -> None:
        self._element = element
        self.line: int = element.line
        self.tag: str = element.tag.rpartition("}")[2]
        self.namespace: str = element.tag.partition("}")[0].removeprefix("{")

    def children(self, tag: str) -> Iterator[Node]:
        """Yield the elements of this tag directly below."""
        for child in self._element:
            if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == tag:
                yield Node(child)

    def find(self, *path: str) -> Node | None:
        """Return the first element under a path, or None."""
        node: Node | None = self
        for tag in path:
            node = next(node.children(tag), None) if node else None
        return node

    def text(self, *path: str) -> str:
        """Return the text under a path in one line, empty when there is none."""
        node = self.find(*path)
        return " ".join((node._element.text or "").split()) if node else ""

    def attribute(self, name: str) -> str:
        """Return an attribute, empty when there is none."""
        return str(self._element.get(name, ""))

    def cents(self, *path: str) -> int | None:
        """Return the amount under a path in cents, or None when it is none."""
        found = _AMOUNT.fullmatch(self.text(*path))
        part = (found[2] or "").ljust(2, "0") if found else ""
        return int(found[1] + part[:2]) if found and not part[2:].strip("0") else None

    def day(self, *path: str) -> date | None:
        """Return the date, or the date of the moment, under a path, or None."""
        node = self.find(*path)
        said = (node.text("Dt") or node.text("DtTm") or node.text()) if node else ""
        try:
            return date.fromisoformat(said[:10])
        except ValueError:
            return None


def read_tree(content: bytes) -> Node:
    """Return the file's outermost element. Errors: NotXml."""
    parser: Any = _LineParser(forbid_dtd=True)  # type: ignore[no-untyped-call]  # its library says no types
    try:
        parser.feed(content)
        return Node(parser.close())
    except ParseError as error:
        raise NotXml(
            error.position[0], "The file is not well-formed here, or it was cut off."
        ) from error
    except DefusedXmlException as error:
        raise NotXml(1, "The file defines entities of its own, which no bank does.") from error
    except (LookupError, ValueError) as error:
        raise NotXml(1, "The file is in an encoding that is not known.") from error
