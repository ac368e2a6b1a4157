"""An ID card in words: what stands on its front and its back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from openmember.coverage.cards.types import Card, CardCoverage
from openmember.coverage.cards.words import coverage_name
from openmember.directory.lines import list_lines_of
from openmember.directory.queries import find_region, get_organisation
from openmember.directory.types import PhoneLine
from openmember.ui import formats


@dataclass(frozen=True, slots=True)
class Fact:
    """A label of the card and what stands beside it."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One card as the page, the paper and the device show it."""

    card: Card
    facts: tuple[Fact, ...]
    also: tuple[Fact, ...]
    coming: tuple[str, ...]
    ends: str
    member_services: Sequence[PhoneLine]
    nurse: PhoneLine | None
    tty: str
    website: str
    mail: str


def shown(card: Card) -> ShownCard:
    """Return a card in the language of the moment."""
    organisation = get_organisation()
    region = find_region(code=card.region)
    # Before coverage begins, the card that is printed ahead is that of its first day.
    first = next(iter(card.coverages or card.coming), None)
    return ShownCard(
        card=card,
        facts=_facts(first) if first else (),
        also=tuple(
            Fact(coverage_name(one.insurance_line), _in_a_line(one)) for one in card.coverages[1:]
        ),
        coming=tuple(_announce(one) for one in card.coming),
        ends=_end(card),
        member_services=region.member_services if region else organisation.member_services,
        nurse=_nurse_line(card.region),
        tty=organisation.tty,
        website=organisation.website.removeprefix("https://"),
        mail=", ".join(organisation.mail),
    )


def _nurse_line(region: str) -> PhoneLine | None:
    lines = list_lines_of(region=region, kind="nurse")
    return lines[0].numbers[0] if lines else None


def _facts(one: CardCoverage) -> tuple[Fact, ...]:
    return (
        Fact(_("Plan"), one.plan or coverage_name(one.insurance_line)),
        Fact(_("Group number"), one.group_number or _("None: you have coverage of your own")),
        Fact(_("Effective date"), formats.day(one.starts_on)),
    )


def _in_a_line(one: CardCoverage) -> str:
    parts = [one.plan]
    if one.group_number:
        parts.append(_("group %(group)s") % {"group": one.group_number})
    parts.append(_("since %(day)s") % {"day": formats.day(one.starts_on)})
    return ", ".join(part for part in parts if part)


def _announce(one: CardCoverage) -> str:
    words = {
        "day": formats.day(one.starts_on),
        "kind": coverage_name(one.insurance_line),
        "plan": one.plan,
        "group": one.group_number,
    }
    if one.plan and one.group_number:
        return _("From %(day)s: %(kind)s, plan %(plan)s, group %(group)s.") % words
    if one.plan:
        return _("From %(day)s: %(kind)s, plan %(plan)s.") % words
    return _("From %(day)s: %(kind)s.") % words


def _end(card: Card) -> str:
    """Return until when the coverage goes, where its end is known."""
    if card.coverages:
        last_day = card.coverages[0].ends_on
        return _("Covered through %(day)s.") % {"day": formats.day(last_day)} if last_day else ""
    if card.ended_on:
        return _("Your coverage ended on %(day)s.") % {"day": formats.day(card.ended_on)}
    return ""
