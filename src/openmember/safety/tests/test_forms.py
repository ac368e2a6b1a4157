from django import forms

from openmember.safety.forms import FreeText, FreeTextInput


class Letter(forms.Form):
    """A form like those of the portal: one free text, and something else."""

    name = forms.CharField()
    reason = FreeText(max_length=500)


class Note(forms.Form):
    """One line that may stay empty."""

    note = FreeText(required=False, widget=FreeTextInput())


TEXT = "My claim was denied. I have chest pain now"


def sent(**more):
    return Letter({"name": "Ana", "reason": TEXT, **more})


def test_a_harmless_text_is_taken_as_it_is():
    form = Letter({"name": "Ana", "reason": "The bill is wrong"})

    assert form.is_valid()
    assert form.cleaned_data["reason"] == "The bill is wrong"
    assert "is_no_emergency" not in str(form)


def test_a_red_flag_is_asked_about_and_nothing_typed_is_lost():
    form = sent()

    assert not form.is_valid()
    assert form.has_error("reason", "red_flag")
    assert 'value="Ana"' in str(form)
    assert TEXT in str(form)
    assert 'name="reason-is_no_emergency"' in str(form)


def test_who_says_that_it_is_none_is_believed():
    form = sent(**{"reason-is_no_emergency": "chest"})

    assert form.is_valid()
    assert form.cleaned_data["reason"] == TEXT


def test_another_danger_written_afterwards_is_asked_about_again():
    form = sent(reason=f"{TEXT}. I want to die", **{"reason-is_no_emergency": "chest"})

    assert form.has_error("reason", "red_flag")


def test_the_answer_survives_a_page_that_asks_to_confirm():
    form = sent(**{"reason-is_no_emergency": "chest"})

    hidden = form["reason"].as_hidden()

    assert 'name="reason-is_no_emergency" value="chest"' in hidden
    assert 'type="hidden" name="reason"' in hidden


def test_a_text_that_may_be_left_out_may_be_left_out():
    assert Note({}).is_valid()
    assert Note({"note": ""}).is_valid()


def test_one_line_is_watched_too():
    form = Note({"note": "me duele el pecho ahora"})

    assert not form.is_valid()
    assert 'name="note-is_no_emergency"' in str(form)


def test_an_urgent_need_is_not_held_up():
    assert Note({"note": "I have had a fever for two days"}).is_valid()
