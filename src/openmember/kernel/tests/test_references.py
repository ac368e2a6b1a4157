import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.kernel.references import BadReference, identity, reference

ids = st.integers(0, (1 << 40) - 1)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(ids)
def test_a_reference_leads_back_to_its_row(row):
    assert identity("P", reference("P", row)) == row


@given(ids)
def test_case_dashes_and_look_alikes_are_forgiven(row):
    text = reference("P", row)
    typed = text.lower().replace("0", "o").replace("1", "l")
    typed = "p-" + typed[2:].replace("-", " ")

    assert identity("P", typed) == row


@given(ids, st.integers(0, 8), st.sampled_from(ALPHABET))
def test_any_one_wrong_character_is_caught(row, place, character):
    kind, _, rest = reference("P", row).partition("-")
    right = rest.replace("-", "")
    wrong = right[:place] + character + right[place + 1 :]

    if wrong != right:
        with pytest.raises(BadReference):
            identity("P", f"{kind}-{wrong}")


@given(ids, st.integers(0, 7))
def test_swapped_neighbours_are_caught(row, place):
    right = reference("P", row)[2:].replace("-", "")
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]

    if wrong != right:
        with pytest.raises(BadReference):
            identity("P", f"P-{wrong}")


def test_a_reference_of_another_kind_is_refused():
    with pytest.raises(BadReference):
        identity("B", reference("P", 1))


@pytest.mark.parametrize("text", ["", "P", "P-", "P-12", "P-!!!!-!!!!-!", "7"])
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(BadReference):
        identity("P", text)
