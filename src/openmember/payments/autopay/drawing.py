"""Making one automatic payment: decide the amount and keep it, then ask whoever holds the money."""

from datetime import date

from django.db import transaction

from openmember.accounts.types import Account
from openmember.billing import queries as billing
from openmember.billing.plans import queries as plans
from openmember.kernel.audit import services as audit
from openmember.members.types import Actor
from openmember.payments.ach import queries as banks
from openmember.payments.ach.services.banks import BankRefused
from openmember.payments.ach.services.debits import Debit, request_debit
from openmember.payments.ach.types import Sec
from openmember.payments.autopay import models, rules
from openmember.payments.autopay.types import DrawStatus, MandateStatus
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.types import Channel, Method, Payment, PaymentRequest


def make_draw(*, account: Account, draw_id: int, day: date, actor: Actor) -> bool:
    """Draw a planned payment and return True; False when nothing of it is open any more.

    The amount is kept before anybody is asked: after a failure in between, `send_draw` asks for the same.
    Errors: those of the door and of `payments.ach`.
    """
    with transaction.atomic():
        row = (
            models.Draw.objects.select_for_update(of=("self",))
            .select_related("mandate")
            .filter(id=draw_id, status=DrawStatus.PLANNED, mandate__status=MandateStatus.ACTIVE)
            .first()
        )
        if row is None:
            return False
        bill_ids, open_cents, is_held = _open_now(account, row, day)
        amount_cents = rules.draw_cents(planned_cents=row.amount_cents, open_cents=open_cents)
        if amount_cents:
            row.amount_cents, row.bill_ids, row.status = (
                amount_cents,
                bill_ids,
                DrawStatus.REQUESTED,
            )
        else:
            row.status, row.reason = DrawStatus.NOT_NEEDED, "held" if is_held else ""
        row.save(update_fields=["amount_cents", "bill_ids", "status", "reason"])
        audit.record(
            actor=str(actor), action="autopay.draw", account_number=account.number,
            draw_id=row.id, status=row.status, cents=amount_cents,
        )  # fmt: skip
    if not amount_cents:
        return False
    send_draw(account=account, row=row, day=day, actor=actor)
    return True


def send_draw(*, account: Account, row: models.Draw, day: date, actor: Actor) -> None:
    """Ask the bank or the card's gateway for a draw. Again asks for nothing new."""
    try:
        if row.mandate.method == Method.ACH:
            payment = _ask_bank(account, row, actor)
        else:
            payment = _charge_card(account, row, day, actor)
    except BankRefused as refused:
        row.status, row.reason = DrawStatus.FAILED, str(refused)[:80]
        row.save(update_fields=["status", "reason"])
        return
    row.payment_id = payment.id
    row.save(update_fields=["payment_id"])


def _ask_bank(account: Account, row: models.Draw, actor: Actor) -> Payment:
    mandate = row.mandate
    bank = banks.get_bank_account(numbers=account.numbers, bank_id=int(mandate.token))
    debit = Debit(
        key=f"autopay:{row.id}",
        amount_cents=row.amount_cents,
        on=row.draw_on,
        sec=Sec.CCD if bank.is_business else Sec.WEB,
        payer=f"member:{mandate.member_id}",
        bill_ids=tuple(row.bill_ids),
        channel=Channel.AUTOPAY,
        recurring=True,
    )
    return request_debit(account=account, bank=bank, debit=debit, actor=actor)


def _charge_card(account: Account, row: models.Draw, day: date, actor: Actor) -> Payment:
    mandate = row.mandate
    request = PaymentRequest(
        key=f"autopay:{row.id}",
        amount_cents=row.amount_cents,
        method=Method.CARD,
        channel=Channel.AUTOPAY,
        payer=f"member:{mandate.member_id}",
        effective_on=day,
        bill_ids=tuple(row.bill_ids),
    )
    return pay_through_gateway(
        account=account,
        request=request,
        actor=actor,
        gateway_name=mandate.keeper,
        kept_card=mandate.token,
    ).payment


def _open_now(account: Account, row: models.Draw, day: date) -> tuple[list[int], int, bool]:
    """Return the bills to name, what is open of what the draw is for, and whether some of it is in dispute."""
    if row.plan_id is not None:
        try:
            plan = plans.get_plan(numbers=account.numbers, plan_id=row.plan_id, today=day)
        except plans.UnknownPlan:
            return [], 0, False
        due = plans.due_on(plan=plan, day=row.due_on)
        return (
            (list(due.bill_ids), due.due_cents + due.late_cents, False) if due else ([], 0, False)
        )
    try:
        bills = billing.list_chosen(numbers=account.numbers, bill_ids=row.bill_ids, today=day)
    except billing.UnknownBill:
        return [], 0, False
    # A bill that went into dispute or into a payment plan since is not drawn for whole.
    due_bills = [bill for bill in bills if bill.is_asked_for]
    is_held = any(bill.open_cents and bill.held for bill in bills)
    return [bill.id for bill in due_bills], sum(bill.open_cents for bill in due_bills), is_held
