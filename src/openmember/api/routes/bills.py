"""The account and its bills."""

from typing import Annotated, Any

from ninja import Query, Router

from openmember.api.caller import OAuth
from openmember.api.paging import MOST, SIZE, cut, find
from openmember.api.requests import ApiRequest, Cursor
from openmember.api.shapes import bills as shapes
from openmember.api.shapes.common import money
from openmember.billing import queries as billing
from openmember.billing.overview import get_overview
from openmember.billing.plans import services as plans
from openmember.billing.types import Bill, Line, bill_id
from openmember.kernel.grouping import groups_of
from openmember.members.connections.types import Grant
from openmember.payments import queries as payments
from openmember.payments.words import ADJUSTMENTS, paid_with

router = Router(tags=["Account and bills"])
PAYMENTS_SHOWN = 200


@router.get("/account", response=shapes.AccountShape, auth=OAuth(Grant.ACCOUNT_READ))
def get_account(request: ApiRequest) -> shapes.AccountShape:
    """The account at a glance

    Whose it is, its bill pay number, what is owed and due, and the bills to pay, by due date.
    """
    caller = request.auth
    overview = get_overview(number=caller.account.number, today=caller.today)
    waiting = payments.find_waiting(numbers=caller.account.numbers)
    return shapes.AccountShape(
        number=overview.account.number,
        number_grouped=" ".join(groups_of(overview.account.number)),
        other_numbers=shapes.other_numbers(overview.account),
        holder=str(overview.holder_name),
        region=overview.region,
        language=overview.language,
        balances=shapes.balances(overview, caller.today),
        next_due_on=overview.due_bills[0].due_on if overview.due_bills else None,
        open_bills=[shapes.BillShape(**shapes.bill_shape(one)) for one in overview.open_bills],
        waiting_payment=waiting.reference if waiting else None,
        as_of=overview.balance.as_of,
    )


@router.get("/bills", response=shapes.BillPage, auth=OAuth(Grant.BILLS_READ))
def list_bills(
    request: ApiRequest,
    line: Line | None = None,
    state: shapes.State | None = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = SIZE,
) -> shapes.BillPage:
    """List bills

    The newest first. What is billed while you page moves nothing.
    """
    caller = request.auth
    numbers, name = caller.account.numbers, f"bills:{line or ''}:{state or ''}"

    def get(identity: int) -> Bill:
        return billing.get_bill(numbers=numbers, bill_id=identity, today=caller.today)

    before = find(cursor, name=name, caller=caller, get=get)
    rows = billing.list_bills_before(
        numbers=numbers, today=caller.today, line=line, state=state, before=before, limit=limit + 1
    )
    shown, following = cut(rows, limit=limit, name=name, caller=caller, identity=lambda one: one.id)
    listed = [shapes.BillShape(**shapes.bill_shape(one)) for one in shown]
    return shapes.BillPage(bills=listed, next_cursor=following)


@router.get("/bills/{reference}", response=shapes.BillDetail, auth=OAuth(Grant.BILLS_READ))
def get_bill(request: ApiRequest, reference: str) -> shapes.BillDetail:
    """One bill

    What it is for, what changed it, what paid it, and what is left.
    """
    caller = request.auth
    bill = billing.get_bill(
        numbers=caller.account.numbers, bill_id=bill_id(reference), today=caller.today
    )
    paid = _payments(bill, caller.account.numbers)
    listed_cents = sum(one.amount.cents for one in paid)
    return shapes.BillDetail(
        **shapes.bill_shape(bill),
        lines=[
            shapes.BillLineShape(
                description=line.description,
                service_on=line.service_on,
                amount=money(line.amount_cents),
            )
            for line in billing.list_lines(bill=bill)
        ],
        changes=[_change(row) for row in billing.list_adjustments(bill=bill)],
        payments=paid,
        earlier_payments=money(max(bill.paid_cents - listed_cents, 0)),
        can_be_paid_over_time=plans.can_plan(bill),
    )


def _change(row: Any) -> shapes.ChangeShape:
    return shapes.ChangeShape(
        kind=row.kind, text=str(ADJUSTMENTS[row.kind]), at=row.at, amount=money(row.amount_cents)
    )


def _payments(bill: Bill, numbers: tuple[str, ...]) -> list[shapes.BillPaymentShape]:
    found = payments.list_payments(numbers=numbers, limit=PAYMENTS_SHOWN).payments
    return [
        shapes.BillPaymentShape(
            payment=payment.reference,
            effective_on=payment.effective_on,
            paid_with=paid_with(payment),
            amount=money(part.amount_cents),
        )
        for payment in found
        for part in payment.allocations
        if part.bill_id == bill.id
    ]
