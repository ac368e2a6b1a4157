"""The call as a state machine: state and keys in, next state and prompts out. No clock, no database."""

from openmember.phone.rules.machine import advance, begin, need_of
from openmember.phone.rules.moving import about, enter, leave
from openmember.phone.rules.waiting import wait_minutes

__all__ = ["about", "advance", "begin", "enter", "leave", "need_of", "wait_minutes"]
