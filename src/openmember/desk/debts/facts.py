"""What the page of a bill says about collecting it."""

from openmember.billing.debts import queries
from openmember.billing.types import Bill
from openmember.desk.debts.words import sentences_of
from openmember.desk.opened import AccountRequest
from openmember.members.types import Scope


def debt_of(request: AccountRequest, bill: Bill) -> dict[str, object]:
    """Return the rules that bar collecting, placements and write-offs, for who may write off."""
    if not request.actor.may(Scope.WRITE_OFF):
        return {}
    debt = queries.get_debt(bill=bill, today=request.opened.today)
    return {
        "bars": sentences_of(debt.verdict),
        "placements": debt.placements,
        "write_offs": debt.write_offs,
    }
