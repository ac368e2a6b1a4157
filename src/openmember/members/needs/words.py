"""What people read of needs, on every surface."""

from django.utils.translation import gettext_lazy as _

from openmember.members.needs.types import Accommodation, InterpreterMode, Needs, Relay
from openmember.ui.spoken import name_of

MODES = {
    InterpreterMode.PHONE: _("On the phone"),
    InterpreterMode.VIDEO: _("By video"),
    InterpreterMode.IN_PERSON: _("In person"),
}
RELAYS = {
    Relay.TTY: _("TTY"),
    Relay.RELAY: _("Relay service"),
    Relay.VIDEO_RELAY: _("Video relay"),
}
ACCOMMODATIONS = {
    Accommodation.STEP_FREE: _("A way without steps"),
    Accommodation.TRANSFER_HELP: _("Help to move onto a table or chair"),
    Accommodation.EXTRA_TIME: _("More time"),
    Accommodation.QUIET_ROOM: _("A quiet room"),
    Accommodation.SUPPORT_PERSON: _("A support person stays in the room"),
    Accommodation.SERVICE_ANIMAL: _("A service animal"),
    Accommodation.LISTENING_DEVICE: _("A listening device"),
    Accommodation.GUIDE: _("A guide for the way"),
    Accommodation.WRITTEN_NOTES: _("What is said, in writing"),
    Accommodation.FIRST_OR_LAST: _("The first or last time of the day"),
}
REFUSALS = {
    "edited_meanwhile": _("Somebody else changed this meanwhile. Look at it, then send again."),
    "signs_are_seen": _("Sign language needs somebody in person or by video."),
}


def accommodation_words(needs: Needs) -> list[str]:
    """Return the accommodations in their order, and the note last."""
    held = [str(words) for one, words in ACCOMMODATIONS.items() if one in needs.accommodations]
    return [*held, needs.note] if needs.note else held


def needs_words(needs: Needs) -> list[str]:
    """Return all of somebody's needs: the interpreter, how they call, and the accommodations."""
    found = []
    if needs.interpreter_language and needs.interpreter_mode:
        spoken, how = name_of(needs.interpreter_language), MODES[needs.interpreter_mode]
        found.append(_("Interpreter: %(language)s, %(how)s") % {"language": spoken, "how": how})
    if needs.relay:
        found.append(_("Calls by: %(relay)s") % {"relay": RELAYS[needs.relay]})
    return [str(one) for one in [*found, *accommodation_words(needs)]]
