"""People as the desk shows them, with the needs that everything said or sent to them must honour."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from openmember.members.queries import list_members
from openmember.members.types import Member

READING_FORMATS: dict[str, Promise] = {
    "large_print": _("Large print"),
    "braille": _("Braille"),
    "audio": _("Audio"),
    "plain_text": _("Plain text"),
}


@dataclass(frozen=True, slots=True)
class OnAccount:
    """Somebody on the account."""

    member: Member
    relationship: str
    language: str
    reading_format: Promise | str

    @property
    def has_needs(self) -> bool:
        return bool(self.language or self.reading_format)


def list_people(known: tuple[tuple[int, str], ...]) -> tuple[OnAccount, ...]:
    """Return the people of (member, relationship) pairs, in the same order."""
    relationships = dict(known)
    return tuple(
        OnAccount(
            member=member,
            relationship=relationships[member.id],
            language=language_name(member.person.language),
            reading_format=READING_FORMATS.get(member.person.reading_format, ""),
        )
        for member in list_members(member_ids=list(relationships))
    )


def language_name(code: str) -> str:
    """Return a language other than the office's own by name, and nothing for that one."""
    if not code or code.lower() == settings.LANGUAGE_CODE:
        return ""
    try:
        return str(get_language_info(code.lower())["name_translated"])
    except KeyError:
        return code  # As the member's plan wrote it.
