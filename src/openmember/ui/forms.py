"""Django's form fields in the design system's clothes, and two kinds of field of our own."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.template.loader import get_template
from django.utils.translation import gettext_lazy as _

from openmember.kernel import money
from openmember.ui.formats import dollars

WIDGETS = "django/forms/widgets/"
TYPED = ("text", "email", "tel", "number", "password", "search", "url", "date", "time", "input")
OURS = {f"{WIDGETS}{kind}.html": "ui/forms/input.html" for kind in TYPED} | {
    f"{WIDGETS}textarea.html": "ui/forms/textarea.html",
    f"{WIDGETS}select.html": "ui/forms/select.html",
    f"{WIDGETS}checkbox.html": "ui/forms/checkbox.html",
    f"{WIDGETS}checkbox_select.html": "ui/forms/choices.html",
    f"{WIDGETS}radio.html": "ui/forms/choices.html",
    f"{WIDGETS}file.html": "ui/forms/file.html",
    f"{WIDGETS}clearable_file_input.html": "ui/forms/file.html",
    "django/forms/errors/list/default.html": "ui/forms/errors.html",
}


class Renderer(TemplatesSetting):
    """Renders every form of the project; set as FORM_RENDERER."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/components/field.html"

    def get_template(self, template_name: str) -> Any:
        return get_template(OURS.get(template_name, template_name))


class DollarsInput(forms.TextInput):
    """A typed amount with the dollar sign before it."""

    template_name = "ui/forms/dollars.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: object) -> str | None:
        """Show cents as dollars, and what a person typed as they typed it."""
        if isinstance(value, int):
            return money.dollars_from_cents(value)
        return None if value in (None, "") else str(value)


class DollarsField(forms.Field):
    """An amount of money, typed in dollars; its value is integer cents."""

    widget = DollarsInput
    default_error_messages = {
        "required": _("Enter an amount."),
        "invalid": _("Enter an amount in dollars and cents, like 45.00."),
        "least": _("Enter %(amount)s or more."),
        "most": _("Enter %(amount)s or less."),
    }

    def __init__(
        self, *, least_cents: int | None = None, most_cents: int | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.least_cents, self.most_cents = least_cents, most_cents

    def to_python(self, value: object) -> int | None:
        if value in self.empty_values:
            return None
        try:
            return money.cents_from_typed(str(value))
        except money.BadAmount as bad:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from bad

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.least_cents is not None and value < self.least_cents:
            self._refuse("least", self.least_cents)
        if self.most_cents is not None and value > self.most_cents:
            self._refuse("most", self.most_cents)

    def _refuse(self, code: str, cents: int) -> None:
        amount = {"amount": dollars(cents)}
        raise ValidationError(self.error_messages[code], code=code, params=amount)


class DatePartsWidget(forms.MultiWidget):
    """Month, day and year, each typed: the surest way to enter a date one knows by heart."""

    template_name = "ui/forms/date_parts.html"
    use_fieldset = True

    def __init__(self, birthday: bool = False) -> None:
        def part(name: str, length: int) -> forms.TextInput:
            attrs = {"inputmode": "numeric", "maxlength": str(length)}
            return forms.TextInput(attrs | ({"autocomplete": f"bday-{name}"} if birthday else {}))

        lengths = {"month": 2, "day": 2, "year": 4}
        super().__init__({name: part(name, length) for name, length in lengths.items()})

    def decompress(self, value: date | None) -> list[str]:
        return [str(value.month), str(value.day), str(value.year)] if value else ["", "", ""]


class DatePartsField(forms.MultiValueField):
    """A date typed in three parts. With `birthday`, the browser may fill in the person's own."""

    default_error_messages = {
        "required": _("Enter a date."),
        "incomplete": _("Enter the month, the day and the year."),
        "invalid": _("Enter a real date, like 4 27 1958."),
    }

    def __init__(self, *, birthday: bool = False, **options: Any) -> None:
        parts = [forms.CharField() for _part in range(3)]
        options.setdefault("widget", DatePartsWidget(birthday))
        super().__init__(parts, **options)

    def compress(self, parts: list[str]) -> date | None:
        if not parts:
            return None
        try:
            month, day, year = (int(part) for part in parts)
            if year < 1000:
                raise ValueError(year)
            return date(year, month, day)
        except ValueError as bad:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from bad
