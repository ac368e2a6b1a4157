"""The field for everything a person can write in their own words. A new one uses this, or a test fails.

A text that sounds like an emergency is not taken at first: the page comes again with all that was typed, with
911 (or 988) above it, and a box to say that it is none. It needs no JavaScript and no session.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from openmember.safety.detection import list_findings
from openmember.safety.types import WEIGHT, Finding

_SAYS_NONE = "{name}-is_no_emergency"


class Typed(str):
    """What was typed, and the red flags of which its writer said that they are no emergency."""

    __slots__ = ("set_aside",)
    set_aside: frozenset[str]

    def __new__(cls, text: str, set_aside: frozenset[str] = frozenset()) -> "Typed":
        made = super().__new__(cls, text)
        made.set_aside = set_aside
        return made


class Watched(forms.Widget):
    """Shows the box to say that it is no emergency, where a text needs it. Mixed into a widget with text."""

    alarm: Finding | None = None
    # Without it the text goes to nobody, and there is nothing to hold back.
    is_sent = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed | None:
        text = data.get(name)
        said = str(data.get(_SAYS_NONE.format(name=name), ""))
        return None if text is None else Typed(text, frozenset(filter(None, said.split("."))))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        flags = stopping(value) if self.is_sent and isinstance(value, Typed) else []
        if flags:
            codes = {one.code for one in flags}
            context["watched"] = {
                "name": _SAYS_NONE.format(name=name),
                "codes": ".".join(sorted(codes)),
                "is_said": codes <= value.set_aside,
            }
        return context


class FreeTextarea(Watched, forms.Textarea):
    """Several lines."""

    template_name = "safety/textarea.html"


class FreeTextInput(Watched, forms.TextInput):
    """One line."""

    template_name = "safety/input.html"


class HiddenFreeText(Watched, forms.HiddenInput):
    """Carries a text, and what its writer said of it, through a page that asks for a confirmation."""

    template_name = "safety/hidden.html"


class FreeText(forms.CharField):
    """A text in a person's own words, searched for red flags before anything is done with it.

    Where it is not sent to anybody (`is_sent` False: it finds a page), danger is shown and nothing held back.
    """

    widget = FreeTextarea
    hidden_widget = HiddenFreeText
    default_error_messages = {
        "red_flag": _(
            "This sounds like an emergency. If it is one, call first. If not, tick the box and send it again."
        )
    }

    def __init__(self, *, is_sent: bool = True, **options: Any) -> None:
        super().__init__(**options)
        self.is_sent = is_sent
        if isinstance(self.widget, Watched):
            self.widget.is_sent = is_sent

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        flags = stopping(text)
        set_aside = value.set_aside if isinstance(value, Typed) else frozenset()
        if {one.code for one in flags} <= set_aside:
            return text
        if isinstance(self.widget, Watched):
            self.widget.alarm = min(flags, key=lambda one: WEIGHT[one.kind])
        if not self.is_sent:
            return text
        raise ValidationError(self.error_messages["red_flag"], code="red_flag")


def stopping(text: str) -> list[Finding]:
    """Return the red flags of a text that come before anything else."""
    return [one for one in list_findings(text) if one.stops]
