"""Statements, letters, applications for help, and whom to ask."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StrictBool

from openmember.api.shapes.common import Money, Strict, money
from openmember.assistance.types import Application
from openmember.assistance.words import MISSING, REASONS
from openmember.billing.statements.types import Statement
from openmember.letters.types import Letter
from openmember.ui.statuses import words_for

# By its values: two enumerations of one name would be one type in the document.
ApplicationStatus = Literal[
    "draft", "received", "incomplete", "approved", "partly", "denied", "appealed", "withdrawn"
]
FileForm = Literal["pdf", "large_print", "text", "braille"]


class FileShape(Schema):
    """One form a document is to be had in. `available` is false where this server cannot make it."""

    form: FileForm
    media_type: str
    path: str
    available: bool


class StatementShape(Schema):
    """One month's statement."""

    reference: str
    month: date
    made_at: datetime
    opening: Money
    charges: Money
    payments: Money
    adjustments: Money
    closing: Money
    due: Money
    due_on: date | None
    files: list[FileShape]


class StatementPage(Schema):
    """Statements, the newest first."""

    statements: list[StatementShape]
    next_cursor: str | None


class LetterShape(Schema):
    """One letter."""

    reference: str
    subject: str
    dated_on: date
    language: str
    files: list[FileShape]


class LetterPage(Schema):
    """Letters, the newest first."""

    letters: list[LetterShape]
    next_cursor: str | None


class PartShape(Schema):
    """A heading, a paragraph or a list."""

    kind: str
    text: str
    items: list[str]


class LetterDetail(LetterShape):
    """One letter with its words, in the language it was written in."""

    parts: list[PartShape]
    help: list[str]


class TermShape(Schema):
    """One thing to tell before a member agrees."""

    title: str
    text: str


class ReadingShape(Schema):
    """Whether documents are read on screen, and what to tell before agreeing to it."""

    on_screen: bool
    since: datetime | None
    terms: list[TermShape]
    version: str


class ReadingChoice(Strict):
    """On screen or on paper. For the screen: the words' version, and that the sample could be opened."""

    on_screen: StrictBool
    version: Annotated[str, Field(max_length=64)] = ""
    opened_sample: StrictBool = False


class DecisionShape(Schema):
    """What was decided."""

    outcome: ApplicationStatus
    decided_on: date
    reasons: list[str]
    medical_percent: float
    pharmacy_percent: float
    covers_from: date | None
    covers_until: date | None
    appeal_by: date | None


class ApplicationShape(Schema):
    """One application for financial help: where it stands and what is still needed."""

    reference: str
    status: ApplicationStatus
    status_text: str
    received_on: date | None
    decide_by: date | None
    complete_by: date | None
    missing: list[str]
    decision: DecisionShape | None


class Applications(Schema):
    """Applications, the newest first."""

    applications: list[ApplicationShape]


class LineShape(Schema):
    """A telephone line: as people read it and as a phone dials it."""

    label: str
    display: str
    dial: str


class RegionShape(Schema):
    """A region and its lines."""

    code: str
    name: str
    member_services: list[LineShape]


class ContactShape(Schema):
    """Whom to ask: the member's own region first, and every way to pay by mail or to get help."""

    organisation: str
    website: str
    tty: str
    mail: list[str]
    payment_mail: list[str]
    your_region: RegionShape | None
    regions: list[RegionShape]
    hardship: LineShape


class AnswerShape(Schema):
    """A question about bills and its answer. `beside` are the lines of bills it belongs to."""

    slug: str
    question: str
    paragraphs: list[str]
    beside: list[str]


class Answers(Schema):
    """All questions and answers, in the member's language. Search them in the app."""

    answers: list[AnswerShape]


def statement_shape(one: Statement, files: list[FileShape]) -> StatementShape:
    """Return a statement's sums."""
    return StatementShape(
        reference=one.reference,
        month=one.month,
        made_at=one.made_at,
        opening=money(one.opening_cents),
        charges=money(one.charges_cents),
        payments=money(one.receipts_cents),
        adjustments=money(one.adjustments_cents),
        closing=money(one.closing_cents),
        due=money(one.due_cents),
        due_on=one.due_on,
        files=files,
    )


def letter_shape(one: Letter, files: list[FileShape]) -> dict[str, Any]:
    """Return a letter's facts under the names of `LetterShape`."""
    return {
        "reference": one.reference,
        "subject": one.subject,
        "dated_on": one.dated_on,
        "language": one.language,
        "files": files,
    }


def application_shape(one: Application) -> ApplicationShape:
    """Return where an application stands; nothing of what was told of the household."""
    return ApplicationShape(
        reference=one.reference,
        status=one.status.value,
        status_text=str(words_for(f"assistance_{one.status.value}").label),
        received_on=one.received_on,
        decide_by=one.decide_by,
        complete_by=one.complete_by,
        missing=[str(MISSING[what]) for what in one.missing],
        decision=_decision(one),
    )


def _decision(one: Application) -> DecisionShape | None:
    if one.decision is None:
        return None
    made = one.decision
    return DecisionShape(
        outcome=made.outcome.value,
        decided_on=made.decided_on,
        reasons=[str(REASONS[why]) for why in made.reasons],
        medical_percent=made.medical_bps / 100,
        pharmacy_percent=made.pharmacy_bps / 100,
        covers_from=made.covers_from,
        covers_until=made.covers_until,
        appeal_by=made.appeal_by,
    )
