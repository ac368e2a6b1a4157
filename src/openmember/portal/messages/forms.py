"""What a member writes: to whom, about what, in their words, with files; and how they want to be told."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from openmember.documents.types import Upload
from openmember.portal.cases.forms import files_field
from openmember.safety.forms import FreeText, FreeTextarea, FreeTextInput, stopping
from openmember.threads.policy import list_team_choices
from openmember.threads.rules import LENGTH_AT_MOST, SUBJECT_AT_MOST
from openmember.threads.types import Written

EMPTY = gettext_lazy("Write your message first.")


class ReplyForm(forms.Form):
    """A message in a thread, with files. Everything but its text may stay empty."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    body = FreeText(
        label=gettext_lazy("Your message"),
        max_length=LENGTH_AT_MOST,
        widget=FreeTextarea({"rows": 7}),
        error_messages={"required": EMPTY},
    )
    documents = files_field(gettext_lazy("Add documents"))

    @property
    def for_whom(self) -> int | None:
        """Whom it is written for, where the form asks."""
        return None

    @property
    def chosen_files(self) -> list[Upload]:
        """The files, also of a form that is wrong otherwise."""
        return list(self.files.getlist("documents")) if self.is_bound else []

    @property
    def written(self) -> Written:
        """What was written, right or wrong, so that it can be kept."""
        return Written(body=self.data.get("body", "")[:LENGTH_AT_MOST])

    @property
    def flags(self) -> list[str]:
        """The red flags of which the writer said that they are none, once the form is valid."""
        texts = [self.cleaned_data.get(name, "") for name in ("subject", "body")]
        return sorted({one.code for text in texts for one in stopping(text)})


class MessageForm(ReplyForm):
    """The first message of a thread."""

    field_order = ("key", "who", "team", "subject", "body", "documents")

    who = forms.TypedChoiceField(label=gettext_lazy("For whom"), coerce=int)
    team = forms.ChoiceField(
        label=pgettext_lazy("message", "To"),
        required=False,
        help_text=gettext_lazy("If you are not sure, leave it to us: we read what it is about."),
    )
    subject = FreeText(
        label=gettext_lazy("Subject"),
        max_length=SUBJECT_AT_MOST,
        required=False,
        widget=FreeTextInput(),
    )

    def __init__(self, *given: Any, people: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*given, **options)
        self.people = people
        if len(people) > 1:
            self.fields["who"].choices = people  # type: ignore[attr-defined]  # a choice field
        else:
            self.fields.pop("who")
        choices = [(team.code, team.name) for team in list_team_choices()]
        field = self.fields["team"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("Whoever can answer it best")), *choices]

    @property
    def for_whom(self) -> int | None:
        said = self.data.get("who", "")
        return next((one for one, _name in self.people if str(one) == said), None)

    @property
    def written(self) -> Written:
        data = self.data
        known = {code for code, _name in self.fields["team"].choices}  # type: ignore[attr-defined]  # a choice field
        team = data.get("team", "")
        return Written(
            body=data.get("body", "")[:LENGTH_AT_MOST],
            subject=data.get("subject", "").strip()[:SUBJECT_AT_MOST],
            team=team if team in known else "",
        )


class WishesForm(forms.Form):
    """How a member is told that a message waits."""

    by_email = forms.BooleanField(label=gettext_lazy("By e-mail"), required=False)
    by_text = forms.BooleanField(
        label=gettext_lazy("By text message to my phone"),
        required=False,
        help_text=gettext_lazy("Your carrier may charge for it."),
    )
