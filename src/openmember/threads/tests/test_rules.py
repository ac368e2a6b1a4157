"""What a text is found by, and what a thread is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.threads.rules import SUBJECT_AT_MOST, excerpt, subject_of, terms_of, wanted_terms


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("receipt", "I send you two RECEIPTS."),
        ("facturas", "Recibí una factura equivocada"),
        ("帳單", "我的帳單金額不對"),
        ("帳", "我的帳單"),
        ("café", "cafe"),
    ],
)
def test_words_are_found_in_every_language_in_one_number_or_another(typed, text):
    assert set(wanted_terms(typed)) <= set(terms_of(text))


def test_what_is_not_there_is_not_found():
    assert not set(wanted_terms("refund")) <= set(terms_of("I send you two receipts"))


@given(st.text(min_size=1, max_size=300))
def test_every_text_is_found_by_itself(text):
    assert set(wanted_terms(text)) <= set(terms_of(text))


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_subject_is_one_line_of_bounded_length(subject, body):
    found = subject_of(subject, body)

    assert len(found) <= SUBJECT_AT_MOST
    assert "\n" not in found


def test_a_thread_is_called_by_its_first_sentence():
    assert (
        subject_of("", "Why was I charged twice? I paid on Monday.") == "Why was I charged twice?"
    )
    assert subject_of("Two charges", "Why?") == "Two charges"


@given(st.text(max_size=500))
def test_an_excerpt_is_short_and_on_one_line(text):
    assert len(excerpt(text)) <= 140
