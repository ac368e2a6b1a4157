"""What a representative writes: an answer with its files and what becomes of the case, or a first message."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from openmember.assistance.forms import ManyFilesField, ManyFilesInput
from openmember.directory.teams import Team
from openmember.documents.types import Upload
from openmember.safety.forms import FreeText, FreeTextarea, FreeTextInput
from openmember.threads.rules import LENGTH_AT_MOST, SUBJECT_AT_MOST
from openmember.threads.types import Then, Written

ACCEPT = ".pdf,.jpg,.jpeg,.png,.heic,.tif,.tiff,.docx,.txt"
# What a canned answer leaves to be filled in by hand.
GAP = re.compile(r"\[[^\[\]\n]{1,80}\]")


class AnswerForm(forms.Form):
    """A message to a member."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    body = FreeText(
        label=gettext_lazy("Message to the member"),
        max_length=LENGTH_AT_MOST,
        widget=FreeTextarea({"rows": 10}),
        error_messages={"required": gettext_lazy("Write the message first.")},
    )
    documents = ManyFilesField(
        label=gettext_lazy("Documents"), required=False, widget=ManyFilesInput({"accept": ACCEPT})
    )
    then = forms.ChoiceField(
        label=gettext_lazy("What becomes of the case"),
        choices=[
            (Then.GOES_ON.value, gettext_lazy("We go on with it")),
            (Then.WAITS.value, gettext_lazy("We wait for the member")),
            (Then.SETTLED.value, gettext_lazy("It is settled; this is the answer")),
        ],
        initial=Then.GOES_ON.value,
        widget=forms.RadioSelect,
    )

    def clean_body(self) -> str:
        """Refuse a text with a gap of a canned answer in it."""
        body = str(self.cleaned_data["body"])
        if gap := GAP.search(body):
            raise ValidationError(
                _("Fill in what stands in brackets: %(gap)s") % {"gap": gap.group()}
            )
        return body

    @property
    def chosen_files(self) -> list[Upload]:
        """The files, also of a form that is wrong otherwise."""
        return list(self.files.getlist("documents")) if self.is_bound else []

    @property
    def written(self) -> Written:
        """What was written, right or wrong, so that it can be kept."""
        return Written(body=self.data.get("body", "")[:LENGTH_AT_MOST])


class FirstForm(AnswerForm):
    """The first message of a thread, to one of the people on an account."""

    field_order = ("key", "who", "team", "subject", "body", "documents")

    who = forms.TypedChoiceField(label=pgettext_lazy("message", "To"), coerce=int)
    team = forms.ChoiceField(label=gettext_lazy("From the team"))
    subject = FreeText(
        label=gettext_lazy("Subject"), max_length=SUBJECT_AT_MOST, widget=FreeTextInput()
    )

    def __init__(
        self, *given: Any, people: list[tuple[int, str]], teams: list[Team], **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.fields.pop("then")
        self._choose("who", people)
        self._choose("team", [(team.code, team.name) for team in teams])

    @property
    def written(self) -> Written:
        data = self.data
        return Written(
            body=data.get("body", "")[:LENGTH_AT_MOST],
            subject=data.get("subject", "").strip()[:SUBJECT_AT_MOST],
            team=data.get("team", ""),
        )

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices
