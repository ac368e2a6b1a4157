"""What was said and promised in a contact, written to the member in their language and form."""

from datetime import datetime

from openmember.cases.callbacks.queries import SELECT, callback_from_row
from openmember.cases.interactions.queries import list_case_numbers
from openmember.cases.interactions.services.contacts import locked, require_contact
from openmember.cases.interactions.types import Interaction
from openmember.cases.types import CaseRefused
from openmember.directory.queries import zone_of
from openmember.kernel.sql import fetch_all
from openmember.letters.services import write_letter
from openmember.letters.types import Letter
from openmember.members.types import Actor

KIND = "contact_summary"


def send_summary(*, interaction_id: int, said: str, now: datetime, actor: Actor) -> Letter:
    """Write to the member what was said, with the case numbers and the calls promised. Again returns the first.

    Shape:  `said` is for the member's eyes, in their language; notes of the contact never go out. How it leaves
            (paper, large print, Braille, on screen) is the letter's to know.
    Errors: NotAllowed; CaseRefused `nobody`, `nothing_said`, `no_address` where the member is on no account.
    """
    require_contact(actor)
    found = locked_ended(interaction_id)
    if not said.strip():
        raise CaseRefused("nothing_said", "write what was said")
    if found.account_number is None:
        raise CaseRefused("no_address", "the member is on no account, so no letter reaches them")
    zone = zone_of(region=found.region)
    return write_letter(
        account_number=found.account_number,
        kind=KIND,
        key=f"{KIND}:{found.id}",
        values={
            "said": said.strip(),
            "name": found.representative_name,
            "place": found.representative_location,
            "on": found.arrived_at.astimezone(zone).date().isoformat(),
            "cases": list(list_case_numbers(interaction=found)),
            "calls": _calls(found),
        },
        on=now.astimezone(zone).date(),
        actor=actor,
        member_id=found.member_id,
    )


def locked_ended(interaction_id: int) -> Interaction:
    """Return the contact, of somebody who is known. Errors: UnknownInteraction; CaseRefused `nobody`."""
    found = locked(interaction_id)
    if found.member_id is None:
        raise CaseRefused("nobody", "say first whose contact this is")
    return found


def _calls(found: Interaction) -> list[dict[str, str]]:
    """Return the calls promised about the cases of the contact: day and times in the member's own zone."""
    rows = fetch_all(
        SELECT + "WHERE b.state = 'promised' AND b.case_id IN"  # noqa: S608  text of our own
        " (SELECT case_id FROM cases_interaction_case WHERE interaction_id = %(id)s) ORDER BY b.starts_at",
        {"id": found.id},
    )
    zone = zone_of(region=found.region)
    windows = [callback_from_row(row).window for row in rows]
    return [
        {
            "day": one.starts_at.astimezone(zone).date().isoformat(),
            "first": f"{one.starts_at.astimezone(zone):%-I:%M %p}",
            "last": f"{one.ends_at.astimezone(zone):%-I:%M %p %Z}",
        }
        for one in windows
    ]
