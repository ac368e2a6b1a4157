"""Statements as tagged PDF: one for a member, or many in a file for the printer."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

from openmember.billing.statements.content import content_of, made_on
from openmember.billing.statements.types import Statement
from openmember.letters.layouts import Layout
from openmember.letters.types import Form
from openmember.ui.documents import compile_pdf, compile_with_marks


def write_pdf(statement: Statement, *, layout: Layout, form: Form = Form.PDF) -> bytes:
    """Return one statement as PDF/UA-1, the same bytes every time."""
    words = words_of([content_of(statement)], statement, layout=layout, form=form)
    return compile_pdf(layout.source, words, made_at=_noon(statement))


def write_print_file(
    rows: Sequence[tuple[int, Statement]], *, layout: Layout, form: Form
) -> tuple[bytes, tuple[int, ...]]:
    """Return many statements of one language and form as a PDF, and how many pages each takes.

    Each begins on a new sheet, so that both sides can be printed.
    """
    contents = [content_of(statement, sequence=sequence) for sequence, statement in rows]
    words = words_of(contents, rows[0][1], layout=layout, form=form)
    pdf, marks = compile_with_marks(layout.source, words, made_at=_noon(rows[0][1]), mark="pages")
    return pdf, tuple(int(mark) for mark in marks)


def words_of(
    contents: list[dict[str, Any]], one: Statement, *, layout: Layout, form: Form
) -> dict[str, Any]:
    """Return what the layout's source is given."""
    return {
        "form": form.value,
        "month": one.month.isoformat(),
        "words": dict(layout.words),
        "statements": contents,
    }


def _noon(statement: Statement) -> datetime:
    return datetime.combine(made_on(statement), time(12), UTC)
