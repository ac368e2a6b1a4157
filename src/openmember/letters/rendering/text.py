"""A letter as plain text, in lines that fit any screen, terminal or Braille translator."""

from collections.abc import Iterator

from openmember.letters.rendering.wrapping import wrap
from openmember.letters.types import Sheet

WIDTH = 72


def write_text(sheet: Sheet, *, width: int = WIDTH) -> str:
    """Return the letter as text: paragraphs apart by a blank line, none wider than `width` columns."""
    blocks = ["\n".join(wrap(paragraph, width)) for paragraph in _paragraphs(sheet)]
    return "\n\n".join(blocks) + "\n"


def _paragraphs(sheet: Sheet) -> Iterator[str]:
    yield "\n".join(sheet.sender)
    yield "\n".join(sheet.address)
    yield f"{sheet.day}\n{sheet.number_label}: {sheet.number}"
    yield sheet.subject
    for part in sheet.parts:
        if part.kind == "list":
            yield "\n".join(f"- {item}" for item in part.items)
        else:
            yield part.text
    yield from sheet.help
    yield sheet.forms_notice
    for notice in sheet.language_notices:
        if notice.language != sheet.language:
            yield notice.text
