"""One statement in the form somebody asks for, with the words and the look it was made with."""

from openmember.billing.statements.pdf import write_pdf
from openmember.billing.statements.text import write_text
from openmember.billing.statements.types import Statement
from openmember.letters.layouts import get_layout
from openmember.letters.rendering import braille
from openmember.letters.types import Form


def make_form(statement: Statement, *, form: Form) -> bytes:
    """Return a statement as a file. Errors: braille.BrailleUnavailable."""
    layout = get_layout(layout_id=statement.layout_id)
    if form in (Form.PDF, Form.LARGE_PRINT):
        return write_pdf(statement, layout=layout, form=form)
    if form is Form.TEXT:
        return write_text(statement, layout.words).encode()
    text = write_text(statement, layout.words, width=10_000)
    return braille.write_braille(text, language=statement.language)
