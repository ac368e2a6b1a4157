"""Deciding: the rules propose, a person confirms, and the bills follow. Appeals go to somebody else."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from openmember.accounts.queries import get_account
from openmember.assistance import models, queries, rules
from openmember.assistance.policy import get_policy
from openmember.assistance.review import (
    Review,
    least_given_back_cents,
    review,
    terms_of,
)
from openmember.assistance.services.steps import (
    ApplicationRefused,
    again,
    locked,
    move,
    note_it,
    require_applicant,
    require_staff,
    resume_collection,
    stop_collection,
    tell,
)
from openmember.assistance.terms import Discount
from openmember.assistance.types import Application, Applied, Decision, Reason, Status
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor, system
from openmember.payments.credits.services import CreditRefused, refund_excess
from openmember.payments.credits.types import CreditRefund

AUTOMATIC = system("assistance")


def decide(
    *,
    application: Application,
    on: date,
    actor: Actor,
    note: str = "",
    exception: Discount | None = None,
) -> Application:
    """Decide as the rules propose, take the approved part off the bills, and write why.

    Shape:  `exception` is what somebody who decides an appeal grants by hand, with a `note` that says why.
            What is incomplete past its day is denied for that; the member may still complete it by appeal.
    Errors: NotAllowed; ApplicationRefused; NoGuideline.
    Locks:  the application, then the account's balance row.
    """
    require_staff(actor)
    with locked(application) as row:
        current = again(row)
        _check_decider(current, actor)
        found = review(application=current, today=on)
        outcome, reasons, discount = _outcome(current, found, on, exception, note)
        decision = _write(current, found, outcome, reasons, discount, on, actor, note)
        move(row, outcome, actor=actor, note=note, decision_id=decision.id)
        row.missing, row.complete_by = [], None
        row.save()
        resume_collection(row, on=on, actor=actor)
        applied = _apply(current, on, actor) if outcome is not Status.DENIED else Applied(0, 0, 0)
        _tell(row, decision, applied, found, on, actor)
    # After the decision stands: a refund may have to ask a gateway.
    give_back(application.account_number, applied.given_back_cents, decision.id, on, actor)
    return again(row)


def let_stand(*, application: Application, on: date) -> Application:
    """Decide what the policy grants without a person: a presumption marked as automatic."""
    return decide(application=application, on=on, actor=AUTOMATIC)


def appeal(*, application: Application, reason: str, on: date, actor: Actor) -> Application:
    """Ask for a decision to be looked at again, by somebody who did not decide it; collection stops again.

    Errors: NotAllowed; ApplicationRefused when it is too late or says nothing.
    """
    require_applicant(actor)
    decision = application.decision
    if not reason.strip():
        raise ApplicationRefused("say why the decision should be looked at again")
    if decision is None or decision.appeal_by is None:
        raise ApplicationRefused("there is no decision to appeal")
    if on > decision.appeal_by:
        raise ApplicationRefused(f"the time to appeal ended on {decision.appeal_by}")
    if queries.find_open(numbers=(application.account_number,)):
        raise ApplicationRefused("another application of this account is open")
    with locked(application) as row:
        move(row, Status.APPEALED, actor=actor, note=reason.strip())
        row.appeal = reason.strip()
        row.decide_by = on + timedelta(days=get_policy().decide_within_days)
        row.save()
        stop_collection(row, since=on, actor=actor)
        tell(
            row, "assistance_appealed", {"decide_by": row.decide_by.isoformat()},
            on=on, actor=actor, number=decision.number,
        )  # fmt: skip
    return again(row)


def give_back(
    account_number: str, cents: int, decision_id: int, on: date, actor: Actor
) -> CreditRefund | None:
    """Ask for what was paid beyond the member's part to go back to them.

    What may not go back yet, because it may still bounce, waits as credit in the queue of credits.
    """
    account = get_account(number=account_number)
    key = f"assistance:{decision_id}:{on.isoformat()}"
    try:
        return refund_excess(
            account=account, excess_cents=cents, key=key, reason="paid beyond the part that is left",
            on=on, actor=actor,
        )  # fmt: skip
    except CreditRefused:
        return None


def _check_decider(application: Application, actor: Actor) -> None:
    if not application.is_pending:
        raise ApplicationRefused("this application is finished")
    before = tuple(decision.decided_by for decision in application.decisions)
    entered = (application.started_by, *(document.added_by for document in application.documents))
    # What the system keys in, as when an application is taken over from elsewhere, bars nobody.
    if not rules.may_decide(() if actor.is_system else entered, before, str(actor)):
        raise ApplicationRefused(
            "somebody else decides this: you entered part of it, or decided it before"
        )


def _outcome(
    application: Application, found: Review, on: date, exception: Discount | None, note: str
) -> tuple[Status, tuple[Reason, ...], Discount]:
    if exception is not None:
        if application.status is not Status.APPEALED:
            raise ApplicationRefused("an exception is for who decides an appeal")
        if not note.strip():
            raise ApplicationRefused("an exception needs its reason")
        return rules.grant_exception(exception, found.policy)
    if found.missing:
        if application.complete_by is None or on <= application.complete_by:
            raise ApplicationRefused("something is still missing: " + ", ".join(found.missing))
        return Status.DENIED, (Reason.NOT_COMPLETED,), rules.NOTHING
    if found.proposal is None:
        raise ApplicationRefused("there is not enough to decide on")
    return found.proposal.outcome, found.proposal.reasons, found.proposal.discount


def _write(
    application: Application,
    found: Review,
    outcome: Status,
    reasons: tuple[Reason, ...],
    discount: Discount,
    on: date,
    actor: Actor,
    note: str,
) -> Decision:
    policy = found.policy
    terms = terms_of(application, discount, on, policy)
    is_award = outcome is not Status.DENIED
    # A second look is the last one here; full approval leaves nothing to ask for.
    may_appeal = outcome is not Status.APPROVED and not application.decisions
    fetch_one(
        "INSERT INTO assistance_decision (account_number, application_id, number, outcome, reasons,"
        " medical_bps, pharmacy_bps, received_on, covers_from, covers_until, bill_ids, grounds,"
        " decided_on, appeal_by, actor, note)"
        " VALUES (%(account)s, %(application)s, %(number)s, %(outcome)s, %(reasons)s, %(medical)s,"
        " %(pharmacy)s, %(received_on)s, %(from)s, %(until)s, %(bills)s::bigint[], %(grounds)s, %(on)s,"
        " %(appeal_by)s, %(actor)s, %(note)s) RETURNING id",
        {
            "account": application.account_number,
            "application": application.id,
            "number": len(application.decisions) + 1,
            "outcome": outcome.value,
            "reasons": [reason.value for reason in reasons],
            "medical": discount.medical_bps,
            "pharmacy": discount.pharmacy_bps,
            "received_on": terms.received_on,
            "from": terms.covers_from,
            "until": terms.covers_until if is_award else None,
            "bills": list(application.facts.bill_ids),
            "grounds": json.dumps(_grounds(application, found)),
            "on": on,
            "appeal_by": on + timedelta(days=policy.appeal_within_days) if may_appeal else None,
            "actor": str(actor),
            "note": note,
        },
    )
    return queries.get_application(
        numbers=(application.account_number,), application_id=application.id
    ).decisions[-1]


def _grounds(application: Application, found: Review) -> dict[str, Any]:
    facts = application.facts
    return {
        "household": facts.household,
        "state": facts.state,
        "yearly_cents": facts.yearly_cents,
        "programs": [program.value for program in facts.programs],
        "guideline": asdict(found.guideline) if found.guideline else None,
        "percent_hundredths": found.percent.hundredths if found.percent else None,
        "band_up_to": found.proposal.band_up_to if found.proposal else None,
        "policy": found.policy.version,
    }


def _apply(application: Application, on: date, actor: Actor) -> Applied:
    number = get_account(number=application.account_number).number
    done = fetch_one(
        "SELECT (applied).* FROM (SELECT assistance_apply(%(number)s, %(least)s, %(on)s, %(actor)s)"
        " AS applied) one",
        {"number": number, "least": least_given_back_cents(), "on": on, "actor": str(actor)},
    )
    return Applied(done.bills, done.off_cents, done.given_back_cents)


def _tell(
    row: models.Application,
    decision: Decision,
    applied: Applied,
    found: Review,
    on: date,
    actor: Actor,
) -> None:
    effects = queries.list_effects(
        decision=decision, numbers=get_account(number=row.account_number).numbers
    )
    guideline = decision.guideline
    note_it(
        row, "assistance.decide", actor, decision_id=decision.id, bills=applied.bills,
        cents=applied.off_cents, given_back_cents=applied.given_back_cents,
    )  # fmt: skip
    values = {
        "reasons": [reason.value for reason in decision.reasons],
        "medical": percent_text(decision.medical_bps),
        "pharmacy": percent_text(decision.pharmacy_bps),
        "off_cents": applied.off_cents,
        "given_back_cents": applied.given_back_cents,
        "bills": [
            {"title": one.title, "off_cents": one.off_open_cents + one.off_paid_cents,
             "left_cents": one.left_cents}
            for one in effects
        ],
        "household": guideline.household if guideline else 0,
        "yearly_cents": decision.yearly_cents,
        "guideline_cents": guideline.dollars * 100 if guideline else 0,
        "guideline_year": guideline.year if guideline else 0,
        "limit_percent": found.policy.bands[-1].up_to_percent,
        "covers_until": decision.covers_until.isoformat() if decision.covers_until else "",
        "appeal_by": decision.appeal_by.isoformat() if decision.appeal_by else "",
    }  # fmt: skip
    tell(
        row, f"assistance_{decision.outcome.value}", values,
        on=on, actor=actor, number=decision.number,
    )  # fmt: skip


def percent_text(bps: int) -> str:
    """Return a discount as people read it: `75` or `62.5`."""
    return f"{bps / 100:.2f}".rstrip("0").rstrip(".")
