"""What people read of proxies, on every surface."""

from django.utils.translation import gettext_lazy as _

from openmember.members.proxies.types import Basis, For

MAY = {
    For.READ_MESSAGES: _("Read messages"),
    For.WRITE_MESSAGES: _("Read and write messages"),
}
BASES = {
    Basis.AUTHORIZATION: _("The member’s authorization"),
    Basis.PARENT: _("Parent of a minor"),
    Basis.GUARDIAN: _("Guardian"),
    Basis.POWER_OF_ATTORNEY: _("Power of attorney"),
    Basis.REPRESENTATIVE: _("Personal representative"),
}
REFUSALS = {
    "self": _("Nobody is their own proxy."),
    "own": _("Somebody else records what you may do yourself."),
    "nothing": _("Choose what they may do."),
    "past": _("This day is over."),
    "not_a_minor": _("A parent acts for somebody under 18 whose birth date is known."),
    "already": _("This person is a proxy already. End it first to change it."),
}


def may_words(may: frozenset[For]) -> str:
    """Return what a proxy may do; writing includes reading."""
    return str(MAY[For.WRITE_MESSAGES if For.WRITE_MESSAGES in may else For.READ_MESSAGES])
