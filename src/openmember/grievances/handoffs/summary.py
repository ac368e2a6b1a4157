"""The words of a file's cover: what the dispute is about, how it went, and where each document is."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from openmember.cases.types import Case
from openmember.directory.queries import get_organisation
from openmember.grievances.file import Reviewer
from openmember.grievances.handoffs.types import Bound, How, Purpose
from openmember.grievances.handoffs.words import HOW, reason_words
from openmember.grievances.types import (
    AskedBy,
    Care,
    Dispute,
    Kind,
    Lapse,
    Level,
    Logged,
    Outcome,
    Step,
)
from openmember.grievances.words import (
    ASKED_BY,
    CARES,
    EVENTS,
    LAPSES,
    LAWS,
    LEVELS,
    MATTERS,
    OUTCOMES,
    SPEEDS,
    STEPS,
)
from openmember.members.types import Member
from openmember.ui import formats

# Of these events the member reads why; what is said of others stays with us.
_TOLD = {
    Kind.EXPEDITE_REFUSED, Kind.EXTENDED, Kind.TOLLED, Kind.WITHDRAWN, Kind.REOPENED, Kind.VACATED,
}  # fmt: skip


def cover_of(
    *,
    dispute: Dispute,
    case: Case,
    member: Member,
    reviewers: Sequence[Reviewer],
    bound: Sequence[Bound],
    added_on: Sequence[date],
    purpose: Purpose,
    language: str,
) -> dict[str, Any]:
    """Return every word of the cover, in the language of whoever reads it."""
    zone = ZoneInfo(dispute.standing.zone)
    with override(language):
        return {
            "language": language,
            "organisation": get_organisation().name,
            "number": case.number,
            "title": _("Evidence file") if purpose is Purpose.REVIEWER else _("Copy of your file"),
            "as_of": _("As of %(day)s") % {"day": formats.day(_newest(dispute, added_on, zone))},
            "lead": _lead(purpose, bound),
            "facts": list(_facts(dispute, member, zone)),
            "sections": list(_sections(case, reviewers, zone)),
            "log_title": _("What happened"),
            "log": [_line(one, zone) for one in dispute.events],
            "index_title": _("Documents in this file"),
            "index_empty": _("No document yet."),
            "index_heads": [_("No."), _("Document"), _("Pages"), _("Added")],
            "index": [
                [str(one.number), one.name, pages_words(one), formats.day(day, "short"), _note(one)]
                for one, day in zip(bound, added_on, strict=True)
            ],
        }


def title_of(purpose: Purpose, number: str, language: str) -> str:
    with override(language):
        words = _("Evidence file") if purpose is Purpose.REVIEWER else _("Copy of your file")
        return f"{words} {number}"


def stamp_words(number: str, page: str, pages: int, language: str) -> str:
    """Return what is at the foot of a page. Its font has no Chinese: figures alone say it there."""
    with override(language):
        said = _("%(number)s - page %(page)s of %(pages)s")
    said = said if said.isascii() or language != "zh-hant" else "%(number)s - %(page)s / %(pages)s"
    return said % {"number": number, "page": page, "pages": pages}


def pages_words(one: Bound) -> str:
    return str(one.first) if one.first == one.last else f"{one.first}–{one.last}"


def notice_of(one: Bound, language: str) -> dict[str, Any]:
    """Return the words of the page in the place of a document."""
    with override(language):
        lines = [_note(one)]
        if one.how is How.AS_IS:
            lines.append(_("Its SHA-256 is %(sum)s.") % {"sum": _grouped(one.sha256)})
        return {
            "language": language,
            "title": _("Document %(number)s") % {"number": one.number},
            "name": one.name,
            "lines": lines,
        }


def _lead(purpose: Purpose, bound: Sequence[Bound]) -> list[str]:
    lines = []
    if purpose is Purpose.COPY:
        lines.append(
            _(
                "This is a copy of your file. It costs you nothing. Our own working notes are no part of it."
            )
        )
    if any(one.how is How.WITHHELD for one in bound):
        lines.append(_("Documents we may not give you are named below, with the reason."))
    if any(one.how is How.AS_IS for one in bound):
        lines.append(
            _("Documents that could not be set as pages lie beside this PDF as they came.")
        )
    if any(one.how is How.HELD for one in bound):
        lines.append(
            _("Documents that still wait for the virus scanner are named below and are not here.")
        )
    return lines


def _facts(dispute: Dispute, member: Member, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    found = dispute.standing
    yield _("Member"), f"{member.name}, {member.mrn}"
    if member.person.birth_on:
        yield _("Date of birth"), formats.day(member.person.birth_on)
    yield pgettext("dispute", "It is"), str(MATTERS[found.track.matter])
    if found.track.care is not Care.SERVICE:
        yield _("Care"), str(CARES[found.track.care])
    yield _("Law"), f"{LAWS[found.track.law]}, {found.track.place}"
    yield _("Speed"), str(SPEEDS[found.speed])
    yield pgettext("dispute", "Received"), ", ".join(formats.moment(found.received_at, zone))
    yield _("Level"), str(LEVELS[found.level])
    if dispute.asked_by is not AskedBy.MEMBER:
        yield _("Asked by"), f"{ASKED_BY[dispute.asked_by]}: {dispute.asked_name}"
    for label, value in (
        (_("Which care or medicine"), dispute.service),
        (_("Doctor or place of care"), dispute.provider),
        (_("Dates of service"), _span(dispute.served_from, dispute.served_until)),
        (_("Amount"), formats.dollars(dispute.amount_cents) if dispute.amount_cents else ""),
        (
            _("Date on the decision letter"),
            formats.day(dispute.notice_on) if dispute.notice_on else "",
        ),
        (_("Why it came late"), dispute.good_cause),
    ):
        if value:
            yield label, value


def _span(first: date | None, last: date | None) -> str:
    days = [formats.day(one) for one in (first, last) if one]
    return " – ".join(dict.fromkeys(days))


def _sections(
    case: Case, reviewers: Sequence[Reviewer], zone: ZoneInfo
) -> Iterator[dict[str, object]]:
    yield {
        "title": _("What happened, in the member’s words"),
        "paragraphs": [line for line in case.need.splitlines() if line.strip()],
    }
    for one in reviewers:
        if one.given_at is not None:
            yield {
                "title": _("Clinical opinion: %(specialty)s") % {"specialty": one.specialty},
                "paragraphs": [
                    ", ".join(formats.moment(one.given_at, zone)),
                    *(line for line in one.opinion.splitlines() if line.strip()),
                ],
            }


def _line(logged: Logged, zone: ZoneInfo) -> tuple[str, str, str]:
    event = logged.event
    said = {name: str(value) for name, value in event.detail.items()}
    facts = []
    if "outcome" in said:
        facts.append(str(OUTCOMES[Outcome(said["outcome"])]))
    if "level" in said and event.kind is Kind.ESCALATED:
        facts.append(str(LEVELS[Level(said["level"])]))
    if "step" in said and event.kind is Kind.DONE:
        facts.append(str(STEPS[Step(said["step"])]))
    if said.get("lapse"):
        facts.append(str(LAPSES[Lapse(said["lapse"])]))
    facts += [said[name] for name in ("criteria", "reason", "what") if said.get(name)]
    if event.kind in _TOLD and said.get("why"):
        facts.append(said["why"])
    return (
        ", ".join(formats.moment(event.at, zone, "short")),
        str(EVENTS[event.kind]),
        ". ".join(facts),
    )


def _note(one: Bound) -> str:
    if one.how is How.SET:
        return ""
    if one.how is How.WITHHELD:
        return str(HOW[one.how]) % {"reason": reason_words(one.reason)}
    return str(HOW[one.how])


def _newest(dispute: Dispute, added_on: Sequence[date], zone: ZoneInfo) -> date:
    """Return the day of the last thing in the file: the same file says the same day whenever it is made."""
    moments: list[datetime] = [one.event.at for one in dispute.events]
    return max([max(moments).astimezone(zone).date(), *added_on])


def _grouped(sha256: str) -> str:
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))
