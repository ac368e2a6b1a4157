"""The letters of disputes."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openmember.letters.types import Letter, ReadingFormat


class LetterKind(StrEnum):
    """What a letter of a dispute tells; the name is that of its template."""

    RECEIVED = "dispute_received"
    RELABELLED = "dispute_relabelled"
    FAST = "dispute_fast"
    FAST_REFUSED = "dispute_fast_refused"
    EXTENDED = "dispute_extended"
    ASKED = "dispute_asked"
    DENIED = "dispute_denied"
    PARTLY = "dispute_partly"
    GRANTED = "dispute_granted"
    ANSWERED = "dispute_answered"
    DISMISSED = "dispute_dismissed"
    WITHDRAWN = "dispute_withdrawn"
    MISSED = "dispute_missed"
    FORWARDED = "dispute_forwarded"
    SENT_ON = "dispute_sent_on"
    OUTSIDE = "dispute_outside"
    REOPENED = "dispute_reopened"
    VACATED = "dispute_vacated"


# Those from whose receipt a right counts.
OF_DECISIONS = frozenset(
    {LetterKind.DENIED, LetterKind.PARTLY, LetterKind.GRANTED, LetterKind.ANSWERED, LetterKind.DISMISSED}
)  # fmt: skip


class Addressee(StrEnum):
    """Who gets a letter."""

    MEMBER = "member"
    REPRESENTATIVE = "representative"  # or the provider who asks: a copy, which somebody mails


class Proof(StrEnum):
    """What shows that a letter arrived, or that it did not."""

    READ = "read"  # the member opened it on the portal
    CARRIER = "carrier"  # a receipt or another proof of whoever carried it
    RETURNED = "returned"  # it came back


@dataclass(frozen=True, slots=True)
class Requirement:
    """One element a letter must have: under which law, in which state, from when until when, and who says so.

    `confidence` is a word of the rulebook, or `own` for what no law asks and we do.
    """

    kind: str
    law: str
    place: str
    matter: str
    element: str
    citation: str
    confidence: str
    effective_from: date | None
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows what became of a letter. `on` is the day it happened, `at` when it was noted."""

    proof: Proof
    on: date
    how: str
    at: datetime
    actor_name: str


def reference_of(serial: int, addressee: str) -> str:
    """Return what a letter is called within its dispute: the place of its event, and who gets it."""
    return f"{serial}-{addressee[0]}"


@dataclass(frozen=True, slots=True)
class DisputeLetter:
    """A letter of a dispute with what became of it.

    `letter` is that of the letters’ room; None for one that somebody prints and mails: a copy, or to somebody
    on no account. `left_at` is when it was mailed or told of.
    """

    id: int
    dispute_id: int
    serial: int
    kind: LetterKind
    addressee: Addressee
    name: str
    dated_on: date
    subject: str
    language: str
    reading_format: ReadingFormat
    letter: Letter | None
    left_at: datetime | None
    evidence: tuple[Evidence, ...] = ()

    @property
    def reference(self) -> str:
        return reference_of(self.serial, self.addressee)

    @property
    def is_by_hand(self) -> bool:
        return self.letter is None

    @property
    def is_read(self) -> bool:
        return any(one.proof is Proof.READ for one in self.evidence)

    @property
    def is_returned(self) -> bool:
        return any(one.proof is Proof.RETURNED for one in self.evidence)
