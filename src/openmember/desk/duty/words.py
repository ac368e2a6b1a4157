"""Where somebody is, in words."""

from openmember.cases.duty.types import Duty
from openmember.cases.words import BREAKS, DUTIES


def words_of(duty: Duty) -> str:
    """Return where somebody is, and of a break what it is for."""
    return str(BREAKS[duty.break_kind] if duty.break_kind else DUTIES[duty.state])
