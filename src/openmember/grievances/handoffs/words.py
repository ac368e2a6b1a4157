"""What the parts of a file, and what became of it, are called."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openmember.grievances.handoffs.types import How, Purpose, Way

HOW: dict[How, Promise] = {
    How.AS_IS: _(
        "It could not be set as pages: it is locked, broken, too long, or of another kind. It lies beside this"
        " PDF as it came."
    ),
    How.HELD: _("It waits for the virus scanner and is left out."),
    How.WITHHELD: _("It is withheld: %(reason)s"),
}
# Why a document is withheld from the member: codes that are kept, words that they read.
WITHHELD: dict[str, Promise] = {
    "legal_advice": _("advice of our lawyers to us"),
    "other_person": _("it is about somebody else, whose privacy the law protects"),
    "harm": _("a licensed clinician found that it is likely to endanger somebody’s life or safety"),
    "reviewers_work": _("peer-review papers that the law keeps confidential"),
}


def reason_words(code: str) -> str:
    return str(WITHHELD.get(code, code))


PURPOSES: dict[Purpose, Promise] = {
    Purpose.REVIEWER: _("A reviewer outside"),
    Purpose.COPY: _("The member"),
}
WAYS: dict[Way, Promise] = {
    Way.PORTAL: _("the reviewer’s own portal"),
    Way.FAX: _("fax"),
    Way.MAIL: _("mail"),
    Way.COURIER: _("courier"),
}
