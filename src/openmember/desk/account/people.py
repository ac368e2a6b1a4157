"""People as the desk shows them, with the needs that everything said or sent to them must honour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from openmember.cases.glance import Glance
from openmember.cases.repeats.types import ContactPoint
from openmember.coverage.cards.types import Covered
from openmember.members.needs.queries import NOTHING
from openmember.members.needs.types import Needs
from openmember.members.needs.words import MODES, RELAYS, accommodation_words
from openmember.members.proxies.types import Proxy
from openmember.members.proxies.words import BASES, may_words
from openmember.members.types import Member
from openmember.ui.spoken import name_of

READING_FORMATS: dict[str, Promise] = {
    "large_print": _("Large print"),
    "braille": _("Braille"),
    "audio": _("Audio"),
    "plain_text": _("Plain text"),
}


@dataclass(frozen=True, slots=True)
class OnAccount:
    """Somebody on the account: who, what covers them, and what they need of whoever answers them.

    `interpreter` and `relay` are of their last contact where they have said nothing that stands.
    """

    member: Member
    relationship: str
    language: str
    reading_format: Promise | str
    covered: Covered
    interpreter: str = ""
    relay: Promise | str = ""
    needs: Needs = NOTHING
    standing_interpreter: str = ""
    standing_relay: Promise | str = ""
    accommodations: tuple[str, ...] = ()
    point: ContactPoint | None = None
    proxies: tuple[tuple[str, str], ...] = ()  # Who may act for them, and for what.

    @property
    def has_needs(self) -> bool:
        spoken = self.language or self.interpreter or self.relay
        return bool(spoken or self.reading_format or not self.needs.is_empty)


def list_people(
    known: Sequence[tuple[Member, str]],
    *,
    covered: Mapping[int, Covered],
    glance: Glance | None,
    proxies: Sequence[Proxy] = (),
) -> tuple[OnAccount, ...]:
    """Return the people of (member, relationship) pairs, in the same order."""
    return tuple(_on_account(member, how, covered, glance, proxies) for member, how in known)


def language_name(code: str) -> str:
    """Return a language other than the office's own by name, and nothing for that one."""
    if not code or code.lower() == settings.LANGUAGE_CODE:
        return ""
    try:
        return str(get_language_info(code.lower())["name_translated"])
    except KeyError:
        return code  # As the member's plan wrote it.


def interpreter_words(needs: Needs) -> str:
    """Return which interpreter somebody needs, and how; nothing where they need none."""
    if not needs.interpreter_language or needs.interpreter_mode is None:
        return ""
    return f"{name_of(needs.interpreter_language)}, {MODES[needs.interpreter_mode]}"


def _on_account(
    member: Member,
    how: str,
    covered: Mapping[int, Covered],
    glance: Glance | None,
    proxies: Sequence[Proxy],
) -> OnAccount:
    interpreter, relay = glance.needs.get(member.id, ("", None)) if glance else ("", None)
    needs = glance.standing.get(member.id, NOTHING) if glance else NOTHING
    return OnAccount(
        member=member,
        relationship=how,
        language=language_name(member.person.language),
        reading_format=READING_FORMATS.get(member.person.reading_format, ""),
        covered=covered.get(member.id, Covered()),
        interpreter=""
        if needs.interpreter_language
        else (name_of(interpreter) if interpreter else ""),
        relay=RELAYS[relay] if relay and not needs.relay else "",
        needs=needs,
        standing_interpreter=interpreter_words(needs),
        standing_relay=RELAYS[needs.relay] if needs.relay else "",
        accommodations=tuple(accommodation_words(needs)),
        point=glance.points.get(member.id) if glance else None,
        proxies=tuple(
            (one.proxy_name, f"{BASES[one.basis]}: {may_words(one.may)}")
            for one in proxies
            if one.member_id == member.id
        ),
    )
