"""What a device is told of, and what its browser says about how."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from openmember.devices.encryption import unbase64
from openmember.devices.types import News, Subscription

KINDS = (
    (News.BILL.value, _("A new bill")),
    (News.RECEIPT.value, _("A payment we received")),
    (News.MESSAGE.value, _("A letter, a statement or a message")),
)


class NewsForm(forms.Form):
    """Which kinds of news; the rest is filled in by the browser."""

    wants = forms.MultipleChoiceField(
        label=_("Tell me of"),
        choices=KINDS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one, or turn it off.")},
    )
    endpoint = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    p256dh = forms.CharField(max_length=100, widget=forms.HiddenInput)
    auth = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Read the browser's keys."""
        found = super().clean() or {}
        try:
            for name in ("p256dh", "auth"):
                found[name] = unbase64(str(found.get(name, "")))
        except ValueError:
            self.add_error(None, _("Your browser sent something we cannot use."))
        return found

    def subscription(self) -> Subscription:
        """Return where the browser is told, once the form is valid."""
        said = self.cleaned_data
        return Subscription(said["endpoint"], said["p256dh"], said["auth"])

    def kinds(self) -> frozenset[News]:
        """Return what was chosen, once the form is valid."""
        return frozenset(News(one) for one in self.cleaned_data["wants"])
