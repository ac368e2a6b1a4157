"""Braille files (BRF) for embossers: 40 cells a line, 25 lines a page, by the system's liblouis."""

import shutil
import subprocess
from collections.abc import Iterator

from openmember.letters.rendering.wrapping import wrap

CELLS, LINES = 40, 25
# Unified English contracted; uncontracted Spanish; Chinese of Taiwan by sound (zhuyin).
TABLES = {"en": "en-ueb-g2.ctb", "es": "es-g1.ctb", "zh-hant": "zh-tw.ctb"}
DISPLAY = "en-us-brf.dis"
FORM_FEED = "\f"
SECONDS = 20


class BrailleUnavailable(Exception):
    """This machine has no Braille translator, or it failed: Braille comes in the mail instead."""


def is_available() -> bool:
    """Return whether this machine can translate to Braille."""
    return shutil.which("lou_translate") is not None


def write_braille(text: str, *, language: str) -> bytes:
    """Return a plain text as a BRF file. Errors: BrailleUnavailable."""
    program = shutil.which("lou_translate")
    if program is None:
        raise BrailleUnavailable("liblouis is not installed")
    tables = f"{DISPLAY},{TABLES[language]}"
    try:
        done = subprocess.run(  # noqa: S603  found on the path; the text goes in as input only
            [program, "--forward", tables],
            input=text.encode(), capture_output=True, check=True, timeout=SECONDS,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as failed:
        # What it says is left out: it may quote the document.
        raise BrailleUnavailable("the Braille translator failed") from failed
    return paginate(done.stdout.decode("utf-8", "replace")).encode("ascii", "replace")


def paginate(cells: str) -> str:
    """Return translated text in lines and pages an embosser takes: CR LF, a form feed after each page."""
    lines = [line for block in _blocks(cells) for line in block]
    pages = [lines[start : start + LINES] for start in range(0, len(lines), LINES)]
    return "".join("\r\n".join(page) + "\r\n" + FORM_FEED for page in pages)


def _blocks(cells: str) -> Iterator[list[str]]:
    for line in cells.splitlines():
        yield wrap(line.rstrip(), CELLS)
