"""What a caller is asked to pay on the secure line, and where they come back to."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openmember.desk.links.forms import SendLinkForm
from openmember.texting.services import reachable


class SecureForm(SendLinkForm):
    """Bills and amount, as for a link, and the line of the person the caller comes back to."""

    way = None  # type: ignore[assignment]  # the caller is there: nothing is sent
    send_to = None  # type: ignore[assignment]
    return_to = forms.CharField(
        label=gettext_lazy("Your own line"), max_length=30,
        help_text=gettext_lazy("The caller is connected to it when they are done."),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel", "class": "om-input--short"}),
    )  # fmt: skip
    other = forms.BooleanField(
        label=gettext_lazy("It is for the account that is open here, and the caller knows it"),
        help_text=gettext_lazy("The caller asked about another account before you took the call."),
        error_messages={
            "required": gettext_lazy("Say so, or open the account the caller asked about.")
        },
    )  # fmt: skip
    field_order = ["bills", "amount", "return_to", "other"]

    def __init__(self, *args: Any, is_about_other: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_about_other:
            del self.fields["other"]

    def clean_return_to(self) -> str:
        dialled = reachable(self.cleaned_data["return_to"])
        if not dialled:
            raise forms.ValidationError(
                _("Enter the number you answer, with its area code."), code="unreachable"
            )
        return dialled
