"""Which event owes which letter. Plain: no database."""

from openmember.grievances.letters.types import LetterKind
from openmember.grievances.types import Event, Kind, Level, Outcome, Standing

_OF_EVENTS = {
    Kind.RELABELLED: LetterKind.RELABELLED,
    Kind.EXPEDITED: LetterKind.FAST,
    Kind.EXPEDITE_REFUSED: LetterKind.FAST_REFUSED,
    Kind.EXTENDED: LetterKind.EXTENDED,
    Kind.TOLLED: LetterKind.ASKED,
    Kind.LAPSED: LetterKind.MISSED,
    Kind.WITHDRAWN: LetterKind.WITHDRAWN,
    Kind.REOPENED: LetterKind.REOPENED,
    Kind.VACATED: LetterKind.VACATED,
}
_OF_OUTCOMES = {
    Outcome.UPHELD: LetterKind.DENIED,
    Outcome.PARTLY: LetterKind.PARTLY,
    Outcome.OVERTURNED: LetterKind.GRANTED,
    Outcome.ANSWERED: LetterKind.ANSWERED,
    Outcome.DISMISSED: LetterKind.DISMISSED,
}


def letter_owed(event: Event, standing: Standing) -> LetterKind | None:
    """Return the letter an event owes the member; `standing` is what the log comes to with it."""
    if event.kind in {Kind.RECEIVED, Kind.ESCALATED}:
        return _arrived(standing.level)
    if event.kind is Kind.DECIDED:
        return _decided(Outcome(str(event.detail["outcome"])), standing.level)
    return _OF_EVENTS.get(event.kind)


def _arrived(level: Level) -> LetterKind | None:
    """Judges, the Council and courts confirm themselves what they get."""
    if level.is_plans:
        return LetterKind.RECEIVED
    return {Level.IRE: LetterKind.FORWARDED, Level.EXTERNAL: LetterKind.SENT_ON}.get(level)


def _decided(outcome: Outcome, level: Level) -> LetterKind | None:
    return _OF_OUTCOMES.get(outcome) if level.is_plans else LetterKind.OUTSIDE
