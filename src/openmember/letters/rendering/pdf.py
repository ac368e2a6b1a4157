"""A letter as a tagged PDF, in ordinary or large print."""

from dataclasses import asdict
from datetime import UTC, date, datetime, time

from openmember.letters.layouts import Layout
from openmember.letters.types import Form, Sheet
from openmember.ui.documents import compile_pdf


def write_pdf(sheet: Sheet, *, layout: Layout, on: date, form: Form = Form.PDF) -> bytes:
    """Return the letter as PDF/UA-1, the same bytes every time: `on` is its date in the file too."""
    made_at = datetime.combine(on, time(12), UTC)
    return compile_pdf(layout.source, {**asdict(sheet), "form": form.value}, made_at=made_at)
