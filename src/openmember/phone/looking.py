"""What a step has to look up or do in the rooms below before the rules can answer it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account, Kind, Reason
from openmember.billing.overview import get_overview
from openmember.directory.queries import zone_of
from openmember.kernel import throttle
from openmember.members import keypad
from openmember.members import queries as members
from openmember.phone import models, paying, queries, services, team, texting
from openmember.phone.rules import entries
from openmember.phone.types import Call, Earlier, Event, Found, Known, Mistake, Need, Owed, Payee

# As for guests on the web: a handful of tries a caller, and of payments on one number.
TRIES_A_CALLER, CALLER_SECONDS = 10, 10 * 60
TRIES_A_NUMBER, NUMBER_SECONDS = 10, 60 * 60
# Callers who withhold their number share one count, so it is wide; what guards accounts is the other one.
TRIES_WITHHELD = 300


@dataclass(frozen=True, slots=True)
class Step:
    """One step being answered."""

    row: models.Call
    call: Call
    event: Event
    caller: str  # The number called from, or empty when withheld; never kept.
    now: datetime

    @property
    def today(self) -> date:
        region = self.call.payee.region if self.call.payee else ""
        return timezone.localtime(self.now, zone_of(region=region)).date()


def look_up(need: Need | None, step: Step) -> Known:
    """Return what this step needs to know."""
    return _LOOKING[need](step) if need else Known()


def _number(step: Step) -> Known:
    keys = step.event.keys
    found = accounts.recognise(keys)
    is_within = _count_caller(step.caller) and throttle.is_allowed(
        scope="guest-number",
        value=found.digits,
        limit=TRIES_A_NUMBER,
        window_seconds=NUMBER_SECONDS,
    )
    holder_id = found.account.holder_id if found.account else 0
    holders = members.list_members(member_ids=[holder_id])
    if not is_within:
        return Known(number=Found(mistake=Mistake.TOO_MANY))
    if found.account is None or not holders:
        return Known(number=Found(mistake=_mistake(found.kind, found.reason, keys)))
    return Known(number=Found(payee=payee_of(found.account, holders[0].person.region)))


def _mistake(kind: Kind, reason: Reason, keys: str) -> Mistake:
    """Return what is wrong by the form of the number alone, so that it tells nothing of who has one."""
    if reason is Reason.LENGTH:
        return Mistake.LENGTH
    return Mistake.MRN if len(keys.lstrip("0")) in range(7, 10) else Mistake.CHECK


def _factor(step: Step) -> Known:
    payee = step.call.payee
    if payee is None:
        return Known()
    people = accounts.list_people(number=payee.number)
    proven = keypad.prove_factor(
        account_number=payee.number,
        member_ids=[member_id for member_id, _ in people],
        birth_on=entries.birth_typed(step.event.keys),
        zip_code=step.event.keys if entries.is_zip(step.event.keys) else "",
        telephone=step.row.caller,
    )
    return Known(is_right=proven is not None, member_id=proven or 0)


def _owed(step: Step) -> Known:
    payee = step.call.payee
    if payee is None or not step.call.verified:
        return Known(owed=Owed())
    overview = get_overview(number=payee.number, today=step.today)
    asked = list(overview.due_bills)

    def sum_of(line: str) -> int:
        return sum(bill.open_cents for bill in asked if bill.line == line)

    owed = Owed(
        premium_cents=sum_of("premium"),
        medical_cents=sum_of("medical"),
        pharmacy_cents=sum_of("pharmacy"),
        overdue_cents=sum(bill.open_cents for bill in asked if bill.due_on < step.today),
        credit_cents=overview.balance.credit_cents,
        set_apart_cents=sum(bill.open_cents for bill in overview.open_bills if bill not in asked),
        due_on=min(
            (bill.due_on.isoformat() for bill in asked if bill.due_on >= step.today), default=""
        ),
    )
    untold = queries.find_untold(call=step.row, member_id=step.call.member_id, now=step.now)
    if untold is None:
        return Known(owed=owed)
    return Known(owed=owed, earlier=paying.outcome_of(call=untold, account=account_of(payee)))


def _earlier(step: Step) -> Known:
    payee = step.call.payee
    untold = payee and queries.find_untold(call=step.row, member_id=0, now=step.now)
    if not payee or not untold:
        return Known()
    outcome = paying.outcome_of(call=untold, account=account_of(payee))
    return Known(earlier=outcome or Earlier("nothing", untold.amount_cents))


def _charge(step: Step) -> Known:
    payee = step.call.payee
    if step.call.is_secure:
        return Known(paid=paying.charge_asked(call=step.call, now=step.now, today=step.today))
    if payee is None:
        return Known()
    paid = paying.charge(
        digest=step.row.digest, call=step.call, account=account_of(payee), today=step.today
    )
    return Known(paid=paid)


def _text(step: Step) -> Known:
    return Known(is_right=texting.promise_receipt(step.row, step.call, step.caller))


def _member(step: Step) -> Known:
    is_within = _count_caller(step.caller)
    member = members.find_member_by_mrn(mrn=step.event.keys)
    return Known(member_id=member.id if member and is_within else 0)


def _birth(step: Step) -> Known:
    born = entries.birth_typed(step.event.keys)
    member_id = step.call.claimed_id
    return Known(
        is_right=born is not None and keypad.has_birth_date(member_id=member_id, birth_on=born)
    )


def _proof(step: Step) -> Known:
    member_id = step.call.claimed_id
    known = accounts.list_accounts_of(member_ids=[member_id])
    # The account this person answers for, else one they are on.
    numbers = sorted((relation != "holder", number) for _, number, relation in known)
    number = numbers[0][1] if numbers else ""
    found = accounts.recognise(number).account
    proven = keypad.prove_lost(
        member_id=member_id,
        birth_is_right=step.call.birth_is_right,
        zip_code=step.event.keys,
        account_number=number,
        today=step.today,
    )
    if proven is None or found is None:
        return Known()
    return Known(is_right=True, member_id=proven.id, payee=payee_of(found, proven.person.region))


def _person(step: Step) -> Known:
    seen = team.team_now(call=step.call, call_id=step.row.pk, now=step.now)
    if seen.is_open:
        services.hand_over(row=step.row, call=step.call)
        return Known(team=seen)
    told = queries.find_promised(call_id=step.row.pk)
    window = told or team.window_for(call=step.call, now=step.now)
    if window is None:
        return Known(team=seen)
    if told is None:
        services.hand_over(row=step.row, call=step.call, window=window)
    return Known(team=replace(seen, promised=team.words_of(window, step.call)))


def account_of(payee: Payee) -> Account:
    """Return the account as it was recognised in this call."""
    return Account(
        payee.number, payee.holder_id, payee.numbers, datetime.fromisoformat(payee.opened_at)
    )


def payee_of(account: Account, region: str) -> Payee:
    """Return the account a call is about."""
    return Payee(
        number=account.number,
        holder_id=account.holder_id,
        numbers=account.numbers,
        opened_at=account.created_at.isoformat(),
        region=region,
    )


def _count_caller(caller: str) -> bool:
    return throttle.is_allowed(
        scope="phone-caller",
        value=caller or "withheld",
        limit=TRIES_A_CALLER if caller else TRIES_WITHHELD,
        window_seconds=CALLER_SECONDS,
    )


_LOOKING: dict[Need, Callable[[Step], Known]] = {
    Need.NUMBER: _number,
    Need.FACTOR: _factor,
    Need.OWED: _owed,
    Need.EARLIER: _earlier,
    Need.CHARGE: _charge,
    Need.TEXT: _text,
    Need.MEMBER: _member,
    Need.BIRTH: _birth,
    Need.PROOF: _proof,
    Need.PERSON: _person,
}
