"""Whether somebody at the desk is in a call. The database is asked only for those who took one."""

from openmember.desk.access import DeskRequest
from openmember.phone.securing import find_talk, has_secure_line

_KEY = "desk_took_call"


def note_taken(request: DeskRequest) -> None:
    """Remember that this person took a caller, now or before in this session."""
    request.session[_KEY] = True


def can_send(request: DeskRequest) -> bool:
    """Return whether this person talks to a caller who can be sent to the secure line."""
    if not request.session.get(_KEY) or not has_secure_line():
        return False
    return find_talk(actor=request.actor) is not None
