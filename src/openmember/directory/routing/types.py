"""What routing is asked, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openmember.directory.opening import Opening
from openmember.directory.types import PhoneLine
from openmember.directory.understanding.types import Understanding
from openmember.safety.types import Finding


class Urgency(StrEnum):
    """How soon somebody needs help, as they say themselves."""

    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Kind(StrEnum):
    """What an answer is: 911, 988, a line of ours, or an office to bring a form to."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    NURSE = "nurse"
    LINE = "line"
    OFFICE = "office"


class Reason(StrEnum):
    """Why an answer is there, and where it is."""

    RED_FLAG = "red_flag"
    SAID_EMERGENCY = "said_emergency"
    CLINICAL = "clinical"
    ANY_TIME = "any_time"
    TEAM_LINE = "team_line"
    SPEAKS_LANGUAGE = "speaks_language"
    REGION_LINE = "region_line"
    HOME_REGION = "home_region"
    REGION_UNVERIFIED = "region_unverified"
    REGION_UNKNOWN = "region_unknown"
    MEDICARE = "medicare"
    OFFICE_TAKES_FORM = "office_takes_form"


class Note(StrEnum):
    """What a caller should know besides."""

    INTERPRETER = "interpreter"
    RELAY = "relay"
    NURSE_ANY_TIME = "nurse_any_time"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long callers waited, in seconds, by weekday (0 is Monday) and hour of the region; as measured."""

    seconds: Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody needs, and who asks.

    `topic` is a team's code and wins over `text`. `region` is where they say or seem to be, `home_region`
    the one their membership is with, when it is known. `language` is a code such as es or zh-hant.
    """

    moment: datetime
    text: str = ""
    topic: str = ""
    urgency: Urgency = Urgency.ROUTINE
    region: str = ""
    area: str = ""
    home_region: str = ""
    is_region_verified: bool = False
    coverage: str = ""
    language: str = "en"
    is_relay: bool = False
    waits: Waits | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to be helped. Without a number (an office), `number` is None.

    `wait_seconds` is what callers of this hour waited; None where nothing was measured.
    """

    kind: Kind
    team: str
    region: str
    line: str
    number: PhoneLine | None
    opening: Opening
    reasons: tuple[Reason, ...]
    wait_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of a weekday, in the region's zone, and what callers waited in it."""

    weekday: int
    hour: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Routing:
    """Answers, the best first; what can be done online; and what was understood.

    `best` are the hours with the shortest waits; empty where none were measured, and then the articles'
    advice holds (early morning, Tuesday to Thursday). `question`: ask it, because the text was not clear.
    """

    answers: tuple[Answer, ...]
    team: str
    region: str
    online: tuple[str, ...]
    notes: tuple[Note, ...]
    best: tuple[Slot, ...]
    finding: Finding | None
    understanding: Understanding | None
    question: str
    choices: tuple[str, ...]
