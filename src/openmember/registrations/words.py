"""What people read for the values of this room, on every surface."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from openmember.registrations.types import Channel, Coverage, Missing, Reason, Status, Way

CHANNELS = {
    Channel.PHONE: _("By phone"),
    Channel.OFFICE: _("At an office"),
    Channel.WEB: _("On the web"),
}
STATUSES = {
    Status.RECEIVED: _("To decide"),
    Status.RETURNED: _("Returned, something is missing"),
    Status.ACCEPTED: _("Registered"),
    Status.KNOWN: _("A member already"),
    Status.WITHDRAWN: _("Withdrawn"),
}
COVERAGES = {
    Coverage.NONE: _("No coverage"),
    Coverage.OURS: _("Coverage with us"),
    Coverage.OTHER: _("Coverage with somebody else"),
}
READING_FORMATS = {
    "standard": pgettext_lazy("reading format", "Ordinary print"),
    "large_print": _("Large print"),
    "braille": _("Braille"),
    "audio": _("Audio"),
    "plain_text": _("Plain text"),
}
# How a letter must be made where it is not ordinary print.
LETTER_FORMS = {
    "large_print": _("Large print"),
    "braille": _("Braille: to be embossed"),
    "audio": _("Audio: to be read aloud or recorded from the text"),
    "plain_text": _("Plain text"),
}
WAYS = {Way.DOCUMENTS: _("Documents seen"), Way.SCRIPT: _("By telephone, with the script")}
WHAT = {
    "driver_license": _("Driver license"),
    "state_id": _("State ID card"),
    "passport": _("Passport"),
    "consular_id": _("Consular ID card"),
    "tribal_id": _("Tribal ID card"),
    "military_id": _("Military ID card"),
    "birth_certificate": _("Birth certificate"),
    "school_record": _("School record"),
    "benefit_letter": _("Letter about a benefit"),
    "utility_bill": _("Utility bill"),
    "said_name_and_birth": _("Said their name and date of birth without help"),
    "said_address": _("Said their address without help"),
    "called_back": _("Answered when called back at their number"),
}
MISSING = {
    Missing.ADDRESS: _("Your full address"),
    Missing.CONTACT: _("A phone number or an email address"),
    Missing.IDENTITY: _("Something that shows who you are: a photo ID, or two other papers"),
    Missing.GUARDIAN: _("For a child: the name of a parent or guardian"),
    Missing.COVERAGE: _("The name of your plan and your number there"),
    Missing.UNREADABLE: _("A part of your application that we could not read"),
}
REASONS = {
    Reason.SAME_NAME: _("same name"),
    Reason.LIKE_NAME: _("name that sounds or is spelled alike"),
    Reason.BIRTH: _("same date of birth"),
    Reason.BIRTH_SWAPPED: _("date of birth with day and month swapped"),
    Reason.ZIP: _("same ZIP code"),
    Reason.PHONE: _("same phone"),
    Reason.EMAIL: _("same email"),
}
REFUSALS = {
    "born_later": _("A date of birth lies in the past."),
    "decided": _("This application was decided already."),
    "duplicate": _(
        "A member is like them. Look at each first, and say whether it is the same person."
    ),
    "edited_meanwhile": _("Somebody else changed this meanwhile. Look at it, then send again."),
    "lacking": _("Something that a record needs is missing. Add it, or return the application."),
    "minor_alone": _(
        "A child is registered on the account of a parent or guardian. Give its number."
    ),
    "no_identity": _("Check first who they are."),
    "no_reason": _("Say why."),
    "not_enough": _("One photo ID, two other papers, or the whole script are needed."),
    "not_likely": _("This member is not like the applicant."),
    "nothing_missing": _("Say what is missing."),
    "other_holder": _(
        "This account is somebody else’s than was shown. Look at whose it is, and ask again."
    ),
    "too_many": _(
        "More members are like them than can be looked at. Correct the name, telephone or ZIP code first."
    ),
    "unknown": _("There is no such application."),
    "unknown_account": _("No account has this number."),
}
