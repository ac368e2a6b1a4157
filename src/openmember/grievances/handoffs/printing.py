"""Copies of files that members want on paper: written beside the letters that go with them."""

import shutil
from datetime import datetime
from pathlib import Path

from openmember.documents.services import open_file
from openmember.grievances.handoffs.queries import package_of_order
from openmember.kernel.audit import services as audit
from openmember.kernel.references import reference
from openmember.kernel.sql import fetch_all
from openmember.letters.printing import make_form
from openmember.letters.services import open_sheet
from openmember.letters.types import Delivery, Form
from openmember.members.types import Actor

_WAITING = """
SELECT o.id, o.package_id, o.dispute_id, l.id AS letter_id, l.account_number, l.dated_on, l.delivery
FROM grievances_order o JOIN grievances_dispute d ON d.id = o.dispute_id JOIN cases_case c ON c.id = d.case_id
JOIN letters_letter l ON l.account_number = c.account_number AND l.id = o.letter_id
WHERE o.on_paper AND o.given_at IS NOT NULL AND o.printed_at IS NULL ORDER BY o.id
"""


def print_copies(*, folder: Path, now: datetime, actor: Actor) -> int:
    """Write every copy that waits for the printer under its letter's name, and return how many.

    Shape:  `letter-L-….pdf` has the address; `letter-L-…-enclosure.pdf` goes into the same envelope. The letter
            is written here too where it does not leave by mail itself.
    In this order, so that a crash writes a copy again under the same name, and loses none.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copies = 0
    for row in fetch_all(_WAITING):
        name = f"letter-{reference('L', row.letter_id)}"
        if row.delivery != Delivery.MAIL:
            sheet, layout = open_sheet(numbers=(row.account_number,), letter_id=row.letter_id)
            content = make_form(sheet, form=Form.PDF, layout=layout, on=row.dated_on)
            (folder / f"{name}.pdf").write_bytes(content)
        package = package_of_order(order_id=row.id)
        with (
            open_file(stored_as=package.stored_as) as source,
            (folder / f"{name}-enclosure.pdf").open("wb") as target,
        ):
            shutil.copyfileobj(source, target)
        fetch_all(
            "UPDATE grievances_order SET printed_at = greatest(%(now)s, given_at) WHERE id = %(id)s",
            {"now": now, "id": row.id},
        )
        copies += 1
    if copies:
        audit.record(actor=str(actor), action="dispute.copies_printed", copies=copies)
    return copies
