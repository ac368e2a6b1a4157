"""A letter in every form, read back by others' readers."""

import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from openmember.letters.composing import Recipient, compose
from openmember.letters.layouts import LETTER, layout_of
from openmember.letters.rendering import braille
from openmember.letters.rendering.pdf import write_pdf
from openmember.letters.rendering.text import write_text
from openmember.letters.rendering.wrapping import columns, wrap
from openmember.letters.types import Form
from openmember.members.types import Address, PersonName

ON = date(2026, 11, 22)


def a_sheet(language: str = "en", first: str = "Ana"):
    recipient = Recipient(
        PersonName(first, "Ruiz"), Address("1 Main St", "", "Portland", "OR", "97201"),
        "northwest", "123456789012",
    )  # fmt: skip
    return compose(
        kind="documents_on_screen", facts={"since": "2026-11-22"}, on=ON, language=language,
        recipient=recipient,
    )  # fmt: skip


def read(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(pdf))
    return reader, " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


@pytest.mark.parametrize("form", [Form.PDF, Form.LARGE_PRINT])
@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_the_pdf_is_tagged_in_its_language_and_holds_every_word(form, language):
    sheet = a_sheet(language)

    reader, text = read(write_pdf(sheet, layout=layout_of(LETTER), on=ON, form=form))

    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(language[:2])
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    for words in (sheet.number, *sheet.address):
        assert words in text
    # Chinese lines break anywhere, so words are compared without blanks.
    tight = text.replace(" ", "")
    for part in sheet.parts:
        for words in (part.text, *part.items):
            assert words.replace(" ", "").replace("-", "")[:20] in tight.replace("-", "")


def test_the_pdf_made_again_is_the_same_to_the_byte():
    layout = layout_of(LETTER)

    assert write_pdf(a_sheet(), layout=layout, on=ON) == write_pdf(a_sheet(), layout=layout, on=ON)


def test_the_address_stands_in_the_window_of_an_envelope():
    places = []
    reader, _ = read(write_pdf(a_sheet(), layout=layout_of(LETTER), on=ON))
    reader.pages[0].extract_text(
        visitor_text=lambda text, cm, tm, font, size: places.append((text, cm[4], 792 - cm[5]))
    )
    (x, y), *_ = [(x, y) for text, x, y in places if "Main St" in text]

    # Inches from the left and the top; see the note in letter.typ.
    assert 0.9 < x / 72 < 1.2
    assert 2.2 < y / 72 < 3.1


def test_a_name_no_font_can_write_loses_its_letters_and_not_the_letter():
    _, text = read(write_pdf(a_sheet(first="\u13a0\u13a1"), layout=layout_of(LETTER), on=ON))

    assert "1 Main St" in text


def test_the_text_fits_its_lines_and_holds_every_word():
    sheet = a_sheet()
    text = write_text(sheet)

    assert max(columns(line) for line in text.splitlines()) <= 72
    flat = " ".join(text.split())
    assert sheet.subject in flat
    assert all(item in flat for part in sheet.parts for item in part.items)


@given(
    st.text(
        alphabet=st.characters(
            codec="utf-8", exclude_characters="\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
        )
    ),
    st.integers(4, 40),
)
def test_wrapping_loses_nothing_and_keeps_to_its_width(text, width):
    lines = wrap(text, width)

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(columns(line) <= width for line in lines)


@pytest.mark.skipif(not braille.is_available(), reason="liblouis is not on this machine")
@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_braille_fits_an_embosser(language):
    brf = braille.write_braille(write_text(a_sheet(language), width=10_000), language=language)

    pages = brf.decode("ascii").split("\f")
    lines = [line for page in pages for line in page.split("\r\n")]
    assert pages[-1] == ""
    assert all(len(page.split("\r\n")) <= braille.LINES + 1 for page in pages)
    assert max(map(len, lines)) <= braille.CELLS
    assert any(line.strip() for line in lines)


@pytest.mark.skipif(not braille.is_available(), reason="liblouis is not on this machine")
def test_braille_says_the_number_in_digits():
    brf = braille.write_braille("Number 1234", language="en").decode("ascii")

    assert "#ABCD" in brf.upper()


def test_without_a_translator_braille_is_refused_in_words(monkeypatch):
    monkeypatch.setenv("PATH", "")

    with pytest.raises(braille.BrailleUnavailable):
        braille.write_braille("Hello", language="en")
