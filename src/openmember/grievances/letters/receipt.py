"""What a proof of delivery does to a dispute: the receipt of a decision starts the clocks of rights.

Source: 29 CFR 2560.503-1(h)(3)(i), 45 CFR 147.136(d)(2)(i) count from receipt and presume nothing. A letter
that was mailed is therefore not taken to have come; the first proof that it did counts, later ones nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime

from openmember.grievances.course import standing
from openmember.grievances.letters.types import Proof
from openmember.grievances.types import Event, Kind


def receipt_of(
    events: Sequence[Event], *, serial: int, proof: Proof, on: date, at: datetime
) -> Event | None:
    """Return the event a proof makes of the letter of an event, or None where it makes none.

    Only the letter of the decision that stands starts a clock, and only the first proof of it.
    """
    if proof is Proof.RETURNED or serial != _decided_at(events):
        return None
    decision = standing(events).decision
    if decision is None or decision.delivered_on is not None:
        return None
    # A letter does not arrive before the day it bears.
    day = max(on, decision.notice_on)
    return Event(
        Kind.DELIVERED, max(at, events[-1].at), {"on": day.isoformat(), "proof": proof.value}
    )


def _decided_at(events: Sequence[Event]) -> int:
    """Return the place in the log, from 1, of the decision made last; 0 where there is none."""
    places = [n for n, one in enumerate(events, 1) if one.kind in {Kind.DECIDED, Kind.LAPSED}]
    return places[-1] if places else 0
