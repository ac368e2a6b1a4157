"""What is disputed, under which law, how far it has come, and by when what is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from openmember.rulebook.types import Clock


class Matter(StrEnum):
    """What a member asks for. Words: docs/glossary.md."""

    GRIEVANCE = "grievance"
    DETERMINATION = (
        "determination"  # a decision before the care: organization or coverage determination
    )
    EXCEPTION = "exception"  # to a formulary or its tiers
    APPEAL = "appeal"  # of an adverse determination
    BILLING = "billing"  # a bill is disputed; no decision about coverage
    ACCESS = "access"  # the place, page or letter could not be used


class Law(StrEnum):
    """Whose law governs a coverage. COBRA is as its group; an exchange plan is an individual one."""

    INDIVIDUAL = "individual"  # fully insured
    GROUP = "group"  # fully insured
    SELF_FUNDED = "self_funded"
    MEDICARE_ADVANTAGE = "ma"
    PART_D = "pd"


class Care(StrEnum):
    """What the dispute is about, as the clocks tell it apart."""

    PRE_SERVICE = "pre_service"
    AUTHORIZATION = "authorization"  # Medicare Advantage: under prior authorization
    POST_SERVICE = "post_service"  # care received, or payment
    PART_B_DRUG = "part_b_drug"
    DRUG = "drug"
    SERVICE = "service"  # how the member was treated: no decision about coverage


class Speed(StrEnum):
    STANDARD = "standard"
    EXPEDITED = "expedited"


class Level(StrEnum):
    """Who decides."""

    PLAN = "plan"
    PLAN_2 = "plan_2"
    EXTERNAL = "external"  # independent review, federal or the state's
    IRE = "ire"  # Medicare's independent review entity
    ALJ = "alj"
    COUNCIL = "council"
    COURT = "court"

    @property
    def is_plans(self) -> bool:
        return self in {Level.PLAN, Level.PLAN_2}


class Step(StrEnum):
    """What has to be done, or may be, at a level."""

    FILE = "file"
    ACKNOWLEDGE = "acknowledge"
    SUPPLY = "supply"
    DECIDE = "decide"
    CONFIRM = "confirm"  # in writing what was said aloud
    ASK = "ask"  # an urgent request that is incomplete: for what is missing
    ANSWERED = "answered"  # decide an urgent request once that came
    EXPLAIN = "explain"
    FORWARD = "forward"
    PRELIMINARY = "preliminary"
    DOCUMENTS = "documents"
    MORE = "more"
    EFFECTUATE = "effectuate"
    WAIT = "wait"  # from then on the member may go to the regulator
    UNDISMISS = "undismiss"
    VACATE = "vacate"


class Whose(StrEnum):
    """Who has to act in time, or may."""

    PLAN = "plan"
    MEMBER = "member"
    REVIEWER = "reviewer"  # outside the plan


class Lapse(StrEnum):
    """What the law makes of a clock that was missed."""

    NONE = ""
    EXHAUSTED = "exhausted"  # the member need not wait: external review and court are open
    FORWARD = "forward"  # the plan sends the case to the independent review entity
    ADVERSE = "adverse"  # silence is a denial that can be appealed
    GRANTED = "granted"


class Tolls(StrEnum):
    """What a law lets a clock stand still for."""

    NO = ""
    RECORDS = "records"  # what the member is asked for in the notice of more time
    URGENT = "urgent"  # what an urgent request lacks
    EVIDENCE = "evidence"  # new evidence of the plan's, until the member could answer it


class Outcome(StrEnum):
    UPHELD = "upheld"  # the decision stands
    OVERTURNED = "overturned"
    PARTLY = "partly"
    ANSWERED = "answered"  # a grievance, which decides no coverage
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"

    @property
    def is_adverse(self) -> bool:
        """Whether it leaves the member something to appeal."""
        return self in {Outcome.UPHELD, Outcome.PARTLY}

    @property
    def is_favourable(self) -> bool:
        """Whether something has to be carried out."""
        return self in {Outcome.OVERTURNED, Outcome.PARTLY}


class Kind(StrEnum):
    """What can happen to a dispute."""

    RECEIVED = "received"
    RELABELLED = "relabelled"
    ACKNOWLEDGED = "acknowledged"
    EXPEDITED = "expedited"
    EXPEDITE_REFUSED = "expedite_refused"
    EXTENDED = "extended"
    TOLLED = "tolled"
    RESUMED = "resumed"
    DONE = "done"  # a step was taken; its detail names it
    DECIDED = "decided"
    DELIVERED = "delivered"  # the notice of a decision reached the member
    LAPSED = "lapsed"
    ESCALATED = "escalated"  # the next level received it
    EFFECTUATED = "effectuated"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    VACATED = "vacated"  # a dismissal was taken back
    SUPPORTED = "supported"  # the statement of whoever prescribed a medicine came


@dataclass(frozen=True, slots=True)
class Rule:
    """One clock of one step: where it applies, and what pauses, lengthens or ends it."""

    law: str
    place: str
    matter: Matter
    level: Level
    step: Step
    care: Care | None
    speed: Speed | None
    levels: int | None
    clock_id: str
    added: int
    presumed: int
    tolls: Tolls
    lapse: Lapse


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clocks of one ground stand still. `ends_at` is when it ends by itself.

    `until` is None while nobody answered.
    """

    since: datetime
    until: datetime | None
    ends_at: datetime
    ground: Tolls


@dataclass(frozen=True, slots=True)
class Track:
    """What chooses the law's clocks. `levels` is how many times the plan itself decides, `place` the state."""

    matter: Matter
    law: Law
    place: str
    care: Care
    levels: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. What its detail holds is in `happening.py`, beside what it does."""

    kind: Kind
    at: datetime
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deadline:
    """What one law says. `due_at` is the first moment that is late, in UTC; None while it stands still."""

    clock: Clock
    started_at: datetime
    due_at: datetime | None
    added: int = 0
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """One duty or right: the deadline that governs, and those of the other laws that it beat.

    `visit` counts the levels the dispute has been at, from 1; a right to go on is of the one it follows from.
    `is_firm` is False for a right that counts from receipt while nothing shows the letter was received: the
    member has until then at least. `stood` are the pauses that count under the law that governs.
    """

    visit: int
    level: Level
    step: Step
    whose: Whose
    governs: Deadline
    lost: tuple[Deadline, ...] = ()
    met_at: datetime | None = None
    paused_at: datetime | None = None
    lapse: Lapse = Lapse.NONE
    is_firm: bool = True
    stood: tuple[Pause, ...] = ()
    from_statement: bool = False  # it counts from the prescriber's statement: `ending.py`

    @property
    def started_at(self) -> datetime:
        return self.governs.started_at

    @property
    def due_at(self) -> datetime | None:
        return self.governs.due_at

    def is_missed(self, now: datetime) -> bool:
        """Whether it was not met in time."""
        return self.due_at is not None and (self.met_at or now) >= self.due_at


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided at a level. `by_law` says that silence decided it, `code` the reason given."""

    level: Level
    outcome: Outcome
    at: datetime
    notice_on: date
    delivered_on: date | None = None
    by_law: bool = False
    visit: int = 1
    code: str = ""


_AFTER_DECIDING = frozenset({Step.CONFIRM, Step.EFFECTUATE, Step.FORWARD})


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a dispute has come. `decision` is that of the level it is at.

    It is open while somebody has still to decide, or to carry out a decision. `pause` is the one it stands
    still in.
    """

    track: Track
    speed: Speed
    level: Level
    visit: int
    received_at: datetime
    zone: str
    decisions: tuple[Decision, ...]
    decision: Decision | None
    clocks: tuple[Running, ...]
    next_levels: tuple[Level, ...]
    is_open: bool
    is_tolled: bool
    pause: Pause | None = None

    @property
    def last(self) -> Decision | None:
        return self.decisions[-1] if self.decisions else None

    @property
    def next_due(self) -> Running | None:
        """The first duty of the plan that is not met and still can be.

        What a level asked for before its decision is over once that is made, or another level has it.
        """
        owed = [
            one
            for one in self.clocks
            if one.whose is Whose.PLAN and one.met_at is None and one.due_at and self._binds(one)
        ]
        return min(owed, key=lambda one: one.due_at or one.started_at, default=None)

    def _binds(self, one: Running) -> bool:
        is_over = self.decision is not None or one.visit != self.visit
        return not is_over or one.step in _AFTER_DECIDING


class BadCourse(ValueError):
    """This cannot happen now. `name` is the situation; nothing is changed."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(detail or name.replace("_", " "))
        self.name = name


@dataclass(frozen=True, slots=True)
class Misfit:
    """The first event of a log that the rules of now would not take, and the refusal they would give it.

    `serial` is its place in the log, from 1.
    """

    serial: int
    event: Event
    refused: BadCourse


class AskedBy(StrEnum):
    """Who asks for the member."""

    MEMBER = "member"
    PROXY = "proxy"  # somebody the member let in, or a parent
    REPRESENTATIVE = "representative"  # appointed on a form for this
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class NewDispute:
    """What a dispute is filed with: what the articles ask for, and what chooses the law.

    `notice_on` is the date on the decision disputed, `happened_on` the day a grievance is about. `speed` is
    expedited only where a clinician says so; `wish` is why the member wants it fast. `law_why` is why a
    specialist chose another law than the coverage's. `sent_as` is the form's key: one key files one dispute.
    """

    track: Track
    member_id: int
    account_number: str | None
    need: str
    asked_by: AskedBy = AskedBy.MEMBER
    asked_name: str = ""
    service: str = ""
    provider: str = ""
    served_from: date | None = None
    served_until: date | None = None
    amount_cents: int | None = None
    notice_on: date | None = None
    delivered_on: date | None = None
    happened_on: date | None = None
    decider_id: int | None = None
    good_cause: str = ""
    speed: Speed = Speed.STANDARD
    level: Level = Level.PLAN
    language: str = ""
    sent_as: str = ""
    wish: str = ""
    form_seen: bool = False
    law_why: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute with where it stands. Its words, notes and documents are its case's.

    Where `misfit` is set, the rules were corrected and its log fits them no more: it stands as it was last
    kept, and nothing can be written until it fits again.
    """

    id: int
    case_id: int
    case_number: str
    member_id: int
    asked_by: AskedBy
    asked_name: str
    service: str
    provider: str
    served_from: date | None
    served_until: date | None
    amount_cents: int | None
    notice_on: date | None
    decider_id: int | None
    good_cause: str
    standing: Standing
    events: tuple["Logged", ...]
    misfit: Misfit | None = None

    @property
    def was_late(self) -> bool:
        """Whether it came after the last day to file it: only good cause lets it be heard."""
        filed = next(
            (one for one in self.standing.clocks if one.step is Step.FILE and one.met_at), None
        )
        return filed is not None and filed.is_firm and filed.is_missed(self.standing.received_at)

    @property
    def late_because(self) -> str:
        """Why it came to the level where it is after the last day; empty where that was in time."""
        moves = [one.event for one in self.events if one.event.kind is Kind.ESCALATED]
        return str(moves[-1].detail.get("good_cause", "")) if moves else ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A dispute in a member's list. `decide_by` is of who decides now: none once decided, or without a law."""

    number: str
    member_id: int
    member_name: str
    matter: Matter
    service: str
    received_at: datetime
    zone: str
    level: Level
    outcome: Outcome | None
    is_open: bool
    is_tolled: bool
    decide_clock_id: str
    decide_by: datetime | None
    promised_by: datetime | None
    may_go_on: bool


@dataclass(frozen=True, slots=True)
class Logged:
    """An event of the log, with who wrote it."""

    event: Event
    actor: str
    actor_name: str
    recorded_at: datetime
