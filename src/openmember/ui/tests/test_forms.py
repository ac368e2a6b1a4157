"""Form fields as people and screen readers meet them."""

from datetime import date

import pytest
from django import forms

from openmember.ui.forms import DatePartsField, DollarsField
from openmember.ui.templatetags.ui import error_target


class Sample(forms.Form):
    email = forms.EmailField(
        label="Email",
        help_text="We write to it.",
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    nickname = forms.CharField(label="Nickname", required=False)
    way = forms.ChoiceField(
        label="Way", choices=[("card", "Card"), ("bank", "Bank")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="I agree")
    amount = DollarsField(label="Amount", least_cents=100, most_cents=50_000)
    born_on = DatePartsField(label="Born on", birthday=True)


def test_a_label_belongs_to_its_control_and_the_hint_is_read_with_it():
    shown = Sample()["email"].as_field_group()

    assert '<label class="usa-label" for="id_email">Email</label>' in shown
    assert 'id="id_email_helptext">We write to it.' in shown
    assert 'aria-describedby="id_email_helptext"' in shown
    assert 'autocomplete="email"' in shown


def test_an_error_is_in_words_and_read_with_the_control():
    shown = Sample({"email": "x"})["email"].as_field_group()

    assert 'id="id_email_error"' in shown
    assert 'aria-describedby="id_email_helptext id_email_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert "It looks like name@example.com." in shown


def test_what_need_not_be_answered_says_so():
    assert "(optional)" in Sample()["nickname"].as_field_group()
    assert "(optional)" not in Sample()["email"].as_field_group()


def test_choices_stand_in_a_named_group():
    shown = Sample({})["way"].as_field_group()

    assert '<fieldset class="usa-fieldset" aria-describedby="id_way_error">' in shown
    assert '<legend class="usa-legend">Way</legend>' in shown
    assert '<label class="usa-radio__label" for="id_way_0">Card</label>' in shown


def test_a_single_box_is_labelled_by_its_sentence():
    assert 'for="id_agree">I agree</label>' in Sample()["agree"].as_field_group()


@pytest.mark.parametrize(
    ("field", "target"),
    [
        ("email", "id_email"),
        ("way", "id_way_0"),
        ("agree", "id_agree"),
        ("born_on", "id_born_on_0"),
    ],
)
def test_an_error_links_to_something_that_is_on_the_page(field, target):
    form = Sample({})

    assert error_target(form[field]) == target
    assert f'id="{target}"' in form[field].as_field_group()


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("45", 45_00), ("45.5", 45_50), ("$1.00", 1_00), (" 500.00 ", 500_00)],
)
def test_typed_dollars_become_cents(typed, cents):
    assert DollarsField(least_cents=100, most_cents=50_000).clean(typed) == cents


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter an amount."),
        ("abc", "Enter an amount in dollars and cents, like 45.00."),
        ("1.005", "Enter an amount in dollars and cents, like 45.00."),
        ("-5", "Enter an amount in dollars and cents, like 45.00."),
        ("0.99", "Enter $1.00 or more."),
        ("500.01", "Enter $500.00 or less."),
    ],
)
def test_an_amount_that_cannot_be_paid_is_explained(typed, said):
    with pytest.raises(forms.ValidationError) as refused:
        DollarsField(least_cents=100, most_cents=50_000).clean(typed)

    assert refused.value.messages == [said]


def test_an_amount_given_in_cents_is_shown_in_dollars():
    assert 'value="268.31"' in str(Sample(initial={"amount": 268_31})["amount"])


def test_a_date_in_three_parts_is_one_date():
    assert DatePartsField().clean(["2", "29", "2028"]) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["", "", ""], "Enter a date."),
        (["2", "", "1958"], "Enter a date."),
        (["2", "30", "1958"], "Enter a real date, like 4 27 1958."),
        (["2", "3", "58"], "Enter a real date, like 4 27 1958."),
        (["two", "3", "1958"], "Enter a real date, like 4 27 1958."),
    ],
)
def test_a_date_that_never_was_is_explained(parts, said):
    with pytest.raises(forms.ValidationError) as refused:
        DatePartsField().clean(parts)

    assert refused.value.messages == [said]


def test_the_browser_may_fill_in_a_birthday():
    shown = str(Sample()["born_on"])

    assert 'autocomplete="bday-month"' in shown
    assert 'autocomplete="bday-year"' in shown
