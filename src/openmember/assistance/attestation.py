"""What an applicant attests to. A changed text gets a new version; each signature keeps what it was put to."""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"

SENTENCES = (
    _("What I wrote here is true and complete, as far as I know."),
    _("I will tell you if my household or our income changes before you decide."),
    _("You may check what I wrote, and ask me for proof of it."),
    _(
        "I understand that help may be refused if I left something out on purpose, and that I may ask for"
        " a decision to be looked at again."
    ),
)


def text_in(language: str) -> str:
    """Return the attestation as it is shown in a language."""
    with translation.override(language):
        return "\n".join(str(sentence) for sentence in SENTENCES)
