"""Binding many PDFs into one, each page stamped: written as it goes, so that no more than one source is held.

The same sources and stamps give the same bytes. What runs by itself in a source (scripts, actions, forms,
attached files) is left behind: what is seen on its pages stays.
"""

import hashlib
import struct
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import SEEK_END
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from openmember.grievances.handoffs.rendering.stamping import FONT, FONT_NAME, stamp

# A file from outside can be broken in every way.
BROKEN = (
    PyPdfError, DependencyError, ArithmeticError, AssertionError, AttributeError, LookupError, OSError,
    RuntimeError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
# A page that inherits is written whole: a small source could else fill the disk. No honest one grows so much.
_GROWS_AT_MOST, _ROOM = 8, 64 * 1024 * 1024
_CATALOG, _PAGES, _FONT, _BEFORE, _INFO, _OUTLINE = 1, 2, 3, 4, 5, 6
# What leads away from the page, or does something by itself.
_OF_PAGES = {
    "/Parent",
    "/AA",
    "/B",
    "/StructParents",
    "/Tabs",
    "/Metadata",
    "/PieceInfo",
    "/Dur",
    "/Trans",
}
_OF_MARKS = {
    "/A",
    "/AA",
    "/Parent",
    "/Kids",
    "/Popup",
    "/P",
    "/IRT",
    "/StructParent",
    "/FS",
    "/Dest",
}
_NO_MARKS = {"/Popup", "/FileAttachment", "/Screen", "/Movie", "/Sound", "/RichMedia", "/3D"}


@dataclass(frozen=True, slots=True)
class Title:
    """A line of the outline: what begins at a page, counted from 0."""

    words: str
    page: int


class _Ours(IndirectObject):
    """A reference to an object of the book; what a source says is a plain one."""


class Binder:
    """One PDF on its way to `target`, which can be read back and cut off. `finish` ends it."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._places = [0] * _OUTLINE
        self._pages: list[int] = []
        self._titles: list[Title] = []
        self._digest = hashlib.sha256()
        self._most: int | None = None
        # The second line tells whoever carries the file that its bytes are not text.
        target.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._write(_FONT, FONT)
        self._write(_BEFORE, _stream(b"q\n"))

    @property
    def pages(self) -> int:
        return len(self._pages)

    def add(self, source: BinaryIO, stamps: Sequence[str], *, title: str = "") -> None:
        """Add each page of a PDF with its stamp; what is broken leaves the book as it was.

        Errors: those of `BROKEN`; ValueError where there are not as many pages as stamps, or it grows too much.
        """
        kept = self._target.tell(), len(self._places), len(self._pages)
        self._most = kept[0] + _ROOM + _GROWS_AT_MOST * source.seek(0, SEEK_END)
        try:
            _Source(self, PdfReader(source)).take(stamps)
        except BROKEN:
            self._target.seek(kept[0])
            self._target.truncate()
            del self._places[kept[1] :], self._pages[kept[2] :]
            raise
        finally:
            self._most = None
        if title:
            self._titles.append(Title(title, kept[2]))
        self._digest.update("\n".join([title, *stamps]).encode())

    def finish(self, *, title: str, language: str, unnumbered: int) -> None:
        """Write what leads to the pages. The first `unnumbered` have small roman numerals."""
        self._write(_PAGES, _dict({
            "/Type": NameObject("/Pages"), "/Count": NumberObject(self.pages),
            "/Kids": ArrayObject([self.ref(one) for one in self._pages]),
        }))  # fmt: skip
        self._write(_INFO, _dict({"/Title": TextStringObject(title)}))
        self._write_outline()
        self._write(_CATALOG, _dict({
            "/Type": NameObject("/Catalog"), "/Pages": self.ref(_PAGES), "/Lang": TextStringObject(language),
            "/Outlines": self.ref(_OUTLINE), "/PageMode": NameObject("/UseOutlines"),
            "/ViewerPreferences": _dict({"/DisplayDocTitle": _Literal(b"true")}),
            "/PageLabels": _dict({"/Nums": _labels(unnumbered, self.pages)}),
        }))  # fmt: skip
        self._write_ending()

    def ref(self, number: int) -> IndirectObject:
        return _Ours(number, 0, None)

    def reserve(self) -> int:
        self._places.append(0)
        return len(self._places)

    def put(self, value: PdfObject) -> int:
        """Write an object under the next number, which is returned."""
        number = self.reserve()
        self._write(number, value)
        return number

    def put_page(self, number: int, page: DictionaryObject) -> None:
        page[NameObject("/Parent")] = self.ref(_PAGES)
        self._write(number, page)
        self._pages.append(number)

    def write_at(self, number: int, value: PdfObject) -> None:
        self._write(number, value)

    @property
    def before(self) -> IndirectObject:
        return self.ref(_BEFORE)

    @property
    def font(self) -> IndirectObject:
        return self.ref(_FONT)

    def _write(self, number: int, value: PdfObject) -> None:
        self._places[number - 1] = self._target.tell()
        self._target.write(f"{number} 0 obj\n".encode())
        value.write_to_stream(self._target)
        self._target.write(b"\nendobj\n")
        if self._most is not None and self._target.tell() > self._most:
            raise ValueError("it takes far more room than it came with")

    def _write_outline(self) -> None:
        numbers = [self.reserve() for _ in self._titles]
        for at, (number, title) in enumerate(zip(numbers, self._titles, strict=True)):
            line: dict[str, PdfObject] = {
                "/Title": TextStringObject(title.words),
                "/Parent": self.ref(_OUTLINE),
                "/Dest": ArrayObject([self.ref(self._pages[title.page]), NameObject("/Fit")]),
            }
            if at:
                line["/Prev"] = self.ref(numbers[at - 1])
            if at + 1 < len(numbers):
                line["/Next"] = self.ref(numbers[at + 1])
            self._write(number, _dict(line))
        ends: dict[str, PdfObject] = {}
        if numbers:
            ends = {"/First": self.ref(numbers[0]), "/Last": self.ref(numbers[-1])}
        count = NumberObject(len(numbers))
        self._write(_OUTLINE, _dict({"/Type": NameObject("/Outlines"), "/Count": count, **ends}))

    def _write_ending(self) -> None:
        start = self._target.tell()
        self._target.write(f"xref\n0 {len(self._places) + 1}\n0000000000 65535 f \n".encode())
        for place in self._places:
            self._target.write(f"{place:010d} 00000 n \n".encode())
        name = self._digest.hexdigest()[:32]
        self._target.write(
            f"trailer\n<< /Size {len(self._places) + 1} /Root {_CATALOG} 0 R /Info {_INFO} 0 R"
            f" /ID [<{name}> <{name}>] >>\nstartxref\n{start}\n%%EOF\n".encode()
        )


class _Source:
    """One PDF while its pages go over: everything they show, under numbers of the book."""

    def __init__(self, book: Binder, reader: PdfReader) -> None:
        self._book = book
        self._reader = reader
        self._numbers: dict[tuple[int, int], int] = {}
        self._waiting: deque[tuple[int, IndirectObject]] = deque()

    def take(self, stamps: Sequence[str]) -> None:
        pages = list(self._reader.pages)
        if len(pages) != len(stamps):
            raise ValueError(f"{len(pages)} pages, {len(stamps)} stamps")
        numbers = [self._book.reserve() for _ in pages]
        for page, number in zip(pages, numbers, strict=True):
            if page.indirect_reference is not None:
                self._numbers[_key(page.indirect_reference)] = number
        for page, number, words in zip(pages, numbers, stamps, strict=True):
            self._take_page(page, number, words)
        while self._waiting:
            number, ref = self._waiting.popleft()
            self._book.write_at(number, self._mine(ref.get_object()))

    def _take_page(self, page: Any, number: int, words: str) -> None:
        drawn = stamp(words, box=_box(page), rotation=int(page.rotation or 0), font=FONT_NAME)
        kept = {
            name: self._mine(page.raw_get(name))
            for name in page
            if name not in _OF_PAGES | {"/Contents", "/Resources", "/Annots"}
        }
        kept["/Contents"] = ArrayObject(
            [
                self._book.before,
                *self._contents(page),
                self._book.ref(self._book.put(_stream(drawn))),
            ]
        )
        kept["/Resources"] = self._resources(page)
        if marks := ArrayObject(self._marks(page)):
            kept["/Annots"] = marks
        self._book.put_page(number, _dict(kept))

    def _contents(self, page: Any) -> Iterator[Any]:
        raw = page.raw_get("/Contents") if "/Contents" in page else None
        found = raw.get_object() if isinstance(raw, IndirectObject) else raw
        if isinstance(found, ArrayObject):
            for one in found:
                if isinstance(one.get_object(), StreamObject):
                    yield self._mine(one)
        elif isinstance(found, StreamObject):
            yield self._mine(raw)

    def _resources(self, page: Any) -> DictionaryObject:
        """Return what the page draws with, and the stamp's font: a dictionary of its own."""
        own = _copy(page.get("/Resources"))
        fonts = _copy(own.get("/Font"))
        fonts[NameObject(FONT_NAME)] = self._book.font
        own[NameObject("/Font")] = fonts
        return DictionaryObject(self._mine(own))

    def _marks(self, page: Any) -> Iterator[Any]:
        """Return notes, marks and filled-in fields as they look."""
        found = page.get("/Annots")
        found = found.get_object() if found is not None else None
        for one in found if isinstance(found, ArrayObject) else ():
            mark = one.get_object()
            if not isinstance(mark, DictionaryObject) or "/AP" not in mark:
                continue
            if mark.get("/Subtype") in _NO_MARKS:
                continue
            kept = {name: mark.raw_get(name) for name in mark if name not in _OF_MARKS}
            yield self._mine(_dict(kept))

    def _mine(self, value: Any) -> Any:
        """Return a value with each reference under the book's numbers; what they lead to waits its turn."""
        if isinstance(value, _Ours):
            return value
        if isinstance(value, IndirectObject):
            return self._book.ref(self._number(value))
        if isinstance(value, DictionaryObject):
            for name in list(value):
                value[NameObject(name)] = self._mine(value.raw_get(name))
        elif isinstance(value, ArrayObject):
            for at, one in enumerate(list.__iter__(value)):
                value[at] = self._mine(one)
        elif value is None:
            return _Literal(b"null")
        return value

    def _number(self, ref: IndirectObject) -> int:
        number = self._numbers.get(_key(ref))
        if number is None:
            number = self._numbers[_key(ref)] = self._book.reserve()
            self._waiting.append((number, ref))
        return number


class _Literal(PdfObject):
    """Bytes that stand as they are."""

    def __init__(self, words: bytes) -> None:
        self._words = words

    def write_to_stream(self, stream: Any, encryption_key: Any = None) -> None:
        stream.write(self._words)


def _key(ref: IndirectObject) -> tuple[int, int]:
    return ref.idnum, ref.generation


def _copy(value: Any) -> DictionaryObject:
    found = value.get_object() if value is not None else None
    if not isinstance(found, DictionaryObject):
        return DictionaryObject()
    return _dict({name: found.raw_get(name) for name in found})


def _dict(items: dict[str, Any]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in items.items()})


def _stream(content: bytes) -> StreamObject:
    made = StreamObject()
    made.set_data(content)
    return made


def _labels(unnumbered: int, pages: int) -> ArrayObject:
    roman, counted = (_dict({"/S": NameObject(style)}) for style in ("/r", "/D"))
    first = [NumberObject(0), roman] if unnumbered else []
    then = [NumberObject(unnumbered), counted] if pages > unnumbered else []
    return ArrayObject([*first, *then])


def _box(page: Any) -> tuple[float, float, float, float]:
    """Return what is seen of a page: left, bottom, right, top."""
    outer, inner = page.mediabox, page.cropbox
    left, bottom = max(outer.left, inner.left), max(outer.bottom, inner.bottom)
    right, top = min(outer.right, inner.right), min(outer.top, inner.top)
    if right <= left or top <= bottom:
        return float(outer.left), float(outer.bottom), float(outer.right), float(outer.top)
    return float(left), float(bottom), float(right), float(top)
