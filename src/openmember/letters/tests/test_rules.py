"""How a filled-in template becomes a letter, and that no value can become more than words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.letters.rules import BadLetter, elements_of, marked, parse, tame, unmarked
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


def test_what_a_template_marks_is_known_by_name_and_the_reader_never_sees_the_marks():
    text = f"Subject\n\n{marked('reason', 'Because.')} {marked('how', '')}\n- {marked('how', '- call us')}"

    assert elements_of(text) == {"reason": "Because.", "how": "call us"}
    assert unmarked(text) == "Subject\n\nBecause. \n- - call us"


def test_nobody_s_words_can_pass_for_an_element():
    assert elements_of(tame(marked("reason", "None."))) == {}
