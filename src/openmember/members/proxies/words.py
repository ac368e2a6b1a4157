"""What people read of proxies, on every surface."""

from django.utils.translation import gettext_lazy as _

from openmember.members.proxies.types import Basis, For

MAY = {
    For.READ_MESSAGES: _("Read messages"),
    For.WRITE_MESSAGES: _("Read and write messages"),
    For.DISPUTES: _("File and follow disputes, read and write messages"),
}
BASES = {
    Basis.AUTHORIZATION: _("The member’s authorization"),
    Basis.PARENT: _("Parent of a minor"),
    Basis.GUARDIAN: _("Guardian"),
    Basis.POWER_OF_ATTORNEY: _("Power of attorney"),
    Basis.REPRESENTATIVE: _("Personal representative"),
    Basis.APPOINTMENT: _("Appointed representative, on the form both sign"),
}
REFUSALS = {
    "self": _("Nobody is their own proxy."),
    "own": _("Somebody else records what you may do yourself."),
    "nothing": _("Choose what they may do."),
    "past": _("This day is over."),
    "not_a_minor": _("A parent acts for somebody under 18 whose birth date is known."),
    "not_signed": _("Give the day both signed the appointment form, and only of an appointment."),
    "already": _("This person is a proxy already. End it first to change it."),
}


def may_words(may: frozenset[For]) -> str:
    """Return what a proxy may do; writing includes reading."""
    most = (one for one in (For.DISPUTES, For.WRITE_MESSAGES, For.READ_MESSAGES) if one in may)
    return str(MAY[next(most)])
