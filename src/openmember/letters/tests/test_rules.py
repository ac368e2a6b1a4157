"""How a filled-in template becomes a letter, and that no value can become more than words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.letters.rules import BadLetter, parse, tame
from openmember.letters.types import Part


def test_a_template_reads_as_subject_headings_paragraphs_and_lists():
    subject, parts = parse(
        "\nYour bill\n\nDear Ana,\n\n## What to do\nPay by\nMonday.\n\n- one\n\n- two\n"
    )

    assert subject == "Your bill"
    assert parts == (
        Part("paragraph", "Dear Ana,"),
        Part("heading", "What to do"),
        Part("paragraph", "Pay by Monday."),
        Part("list", items=("one", "two")),
    )


@pytest.mark.parametrize("text", ["", "Only a subject", "\n\n  \n"])
def test_what_has_no_subject_or_no_body_is_no_letter(text):
    with pytest.raises(BadLetter):
        parse(text)


def test_amounts_and_flags_stay_what_they_are():
    assert tame({"cents": -5, "late": True, "none": None}) == {
        "cents": -5,
        "late": True,
        "none": None,
    }


@given(st.text())
def test_a_typed_value_stays_inside_its_paragraph(typed):
    tamed = tame({"reason": [typed]})["reason"][0]

    _, parts = parse(f"Subject\n\n{tamed}\n\nAfter.")

    assert parts[-1] == Part("paragraph", "After.")
    assert {part.kind for part in parts} == {"paragraph"}
    assert len(parts) <= 2
