"""A document that holds nothing of anybody's, to try whether documents can be opened."""

from datetime import date

from openmember.letters.composing import Recipient, compose
from openmember.letters.layouts import LETTER, layout_of
from openmember.letters.rendering.pdf import write_pdf
from openmember.members.types import Address, PersonName

# Any day will do; a fixed one makes the same file every time.
ON = date(2026, 1, 1)
NUMBER = "0" * 12


def write_sample(*, region: str, language: str) -> bytes:
    """Return a letter as PDF that says that it can be read."""
    recipient = Recipient(PersonName("", ""), Address(), region, NUMBER)
    sheet = compose(kind="sample", facts={}, on=ON, language=language, recipient=recipient)
    return write_pdf(sheet, layout=layout_of(LETTER), on=ON)
