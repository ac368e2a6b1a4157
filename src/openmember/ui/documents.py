"""Setting documents with Typst: tagged PDF (PDF/UA-1), with the same fonts on every machine."""

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import structlog
import typst

log = structlog.get_logger("openmember.ui")

# Built at setup; where they are not, the machine's own fonts must do.
FONTS = Path(__file__).parent / "fonts"
FAMILIES = ("Atkinson Hyperlegible Next", "Noto Sans TC", "Libertinus Serif")


def compile_pdf(source: str, words: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Return the document that a Typst source makes of these words, the same bytes every time.

    The words come in as data, which Typst shows as it is and never reads as markup. A character no font
    has shows as a replacement sign, because Typst would refuse the whole document.
    """
    try:
        return _compile(source, words, made_at)
    except typst.TypstError:
        # What Typst says is left out: it quotes the document.
        log.warning("document_font_missing")
        return _compile(source, _within_fonts(words), made_at)


def compile_with_marks(
    source: str, words: Mapping[str, Any], *, made_at: datetime, mark: str
) -> tuple[bytes, tuple[Any, ...]]:
    """Return the document, and the values of the metadata it labels with `mark`, in their order."""
    inputs = _inputs(words)
    try:
        return _compile_with_marks(source, inputs, made_at, mark)
    except typst.TypstError:
        log.warning("document_font_missing")
        return _compile_with_marks(source, _inputs(_within_fonts(words)), made_at, mark)


def compile_with_picture(
    source: str, words: Mapping[str, Any], *, made_at: datetime, picture: bytes, name: str
) -> bytes:
    """Return the document with a picture, which the source finds under `name`. Errors: typst.TypstError."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(picture)
        path = Path(folder) / "document.typ"
        path.write_text(source, "utf-8")
        return bytes(
            typst.compile(
                str(path), root=folder, format="pdf", pdf_standards=["ua-1"], font_paths=fonts(),
                sys_inputs=_inputs(_within_fonts(words)), timestamp=made_at.replace(microsecond=0),
            )
        )  # fmt: skip


@cache
def fonts() -> typst.Fonts:
    """Return the fonts, looked for once: that takes longer than setting a page."""
    return typst.Fonts(font_paths=[str(FONTS)] if FONTS.is_dir() else [])


def _compile(source: str, words: Mapping[str, Any], made_at: datetime) -> bytes:
    return bytes(
        typst.compile(
            source.encode(), format="pdf", pdf_standards=["ua-1"], font_paths=fonts(),
            sys_inputs=_inputs(words), timestamp=made_at.replace(microsecond=0),
        )
    )  # fmt: skip


def _compile_with_marks(
    source: str, inputs: dict[str, str], made_at: datetime, mark: str
) -> tuple[bytes, tuple[Any, ...]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "document.typ"
        path.write_text(source, "utf-8")
        # One compiler for both, because the query reads the pages that were laid out for the document.
        compiler = typst.Compiler(str(path), font_paths=fonts(), sys_inputs=inputs)
        pdf: Any = compiler.compile(
            format="pdf", pdf_standards=["ua-1"], timestamp=made_at.replace(microsecond=0)
        )
        marks = compiler.query(f"<{mark}>", field="value")
    return bytes(pdf), tuple(json.loads(marks))


def _inputs(words: Mapping[str, Any]) -> dict[str, str]:
    return {"words": json.dumps(words, ensure_ascii=False), "fonts": json.dumps(FAMILIES)}


def _within_fonts(value: Any) -> Any:
    """Return the words with what lies outside Latin and Chinese scripts and their signs replaced."""
    if isinstance(value, str):
        return "".join(one if _is_common(ord(one)) else "\ufffd" for one in value)
    if isinstance(value, Mapping):
        return {name: _within_fonts(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_within_fonts(one) for one in value]
    return value


def _is_common(code: int) -> bool:
    return (
        code < 0x250
        or 0x2010 <= code < 0x2030
        or 0x3000 <= code < 0x3100
        or 0x4E00 <= code < 0x9FA6
    )
