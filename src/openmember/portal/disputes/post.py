"""The letters a member was sent about a dispute, as a list."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from openmember.grievances.letters.queries import list_letters
from openmember.grievances.types import Dispute


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter in the list of its dispute. `is_new` until the member opens it."""

    title: str
    on: date
    url: str
    is_new: bool


def letters_of(dispute: Dispute) -> list[Sent]:
    """Return the letters to the member, the newest first."""
    return [
        Sent(
            title=one.subject,
            on=one.dated_on,
            url=reverse("portal:dispute_letter", args=[dispute.case_number, one.reference]),
            is_new=not one.is_read,
        )
        for one in list_letters(dispute=dispute, only_members=True)
    ]
