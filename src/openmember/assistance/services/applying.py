"""Applying: by the member on the web, or by the desk for a caller or from paper. The same services."""

from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction

from openmember.accounts.types import Account
from openmember.assistance import attestation, models, queries, rules
from openmember.assistance.policy import get_policy
from openmember.assistance.review import NoGuideline, missing_of, review
from openmember.assistance.services.deciding import let_stand
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
from openmember.assistance.types import (
    Application,
    Channel,
    Facts,
    Missing,
    Signature,
    Status,
)
from openmember.kernel.sql import fetch_all
from openmember.letters.types import LANGUAGES
from openmember.members.types import Actor


@transaction.atomic
def start(*, account: Account, channel: Channel, language: str, actor: Actor) -> Application:
    """Start an application, or return the one that is not finished: an account has one at a time.

    Errors: NotAllowed.
    Locks:  the account, so that two at once start one.
    """
    require_applicant(actor)
    fetch_all(
        # By a function of the table's owner: the application's role may not lock it itself.
        "SELECT letters_lock(%(number)s)",
        {"number": account.number},
    )
    if known := queries.find_open(numbers=account.numbers):
        return known
    row = models.Application.objects.create(
        account_number=account.number,
        channel=channel,
        language=language if language in LANGUAGES else "en",
        started_by=str(actor),
    )
    note_it(row, "assistance.start", actor, channel=channel.value)
    return again(row)


def save_facts(*, application: Application, facts: Facts, on: date, actor: Actor) -> Application:
    """Keep what was answered until now. After sending, only staff may correct it.

    Errors: NotAllowed; ApplicationRefused.
    """
    require_applicant(actor)
    _check_facts(facts)
    with locked(application) as row:
        status = Status(row.status)
        if status is not Status.DRAFT:
            require_staff(actor)
            if not application.is_pending:
                raise ApplicationRefused("this application is finished")
        row.household = facts.household
        row.state = facts.state
        row.has_income = facts.has_income
        row.incomes = [asdict(income) for income in facts.incomes] if facts.has_income else []
        row.programs = [program.value for program in facts.programs]
        row.bill_ids = list(facts.bill_ids)
        row.save()
        note_it(row, "assistance.facts", actor, status=status.value)
        recheck(row, on=on, actor=actor)
    return _after(row, on)


def sign_and_send(
    *, application: Application, name: str, received_on: date, on: date, actor: Actor
) -> Application:
    """Attest to the application and hand it in: from now on nothing is done to collect.

    Shape:  `received_on` is the day it counts from, for paper the day it arrived.
    Errors: NotAllowed; ApplicationRefused when it was sent before or comes from the future.
    """
    require_applicant(actor)
    if not name.strip():
        raise ApplicationRefused("the application is not signed")
    if received_on > on:
        raise ApplicationRefused("an application cannot have arrived after today")
    if received_on != on:
        require_staff(actor)
    policy = get_policy()
    with locked(application) as row:
        row.signature = {
            **asdict(_signature(name.strip(), application, received_on)),
            "signed_on": received_on.isoformat(),
        }
        row.received_on = received_on
        row.decide_by = received_on + timedelta(days=policy.decide_within_days)
        row.save()
        missing = missing_of(again(row), policy)
        stop_collection(row, since=received_on, actor=actor)
        if missing:
            _ask(row, missing, on=on, actor=actor, note="")
        else:
            row.missing = []
            move(row, Status.RECEIVED, actor=actor, received_on=received_on)
            row.save()
            tell(
                row, "assistance_received", {"decide_by": row.decide_by.isoformat()},
                on=on, actor=actor,
            )  # fmt: skip
    return _after(row, on)


def ask_for_more(
    *, application: Application, missing: tuple[Missing, ...], note: str, on: date, actor: Actor
) -> Application:
    """Say what is missing and by when we need it; collection stays stopped until then.

    Errors: NotAllowed; ApplicationRefused.
    """
    require_staff(actor)
    if not missing:
        raise ApplicationRefused("say what is missing")
    with locked(application) as row:
        _ask(row, missing, on=on, actor=actor, note=note)
    return again(row)


def withdraw(*, application: Application, reason: str, on: date, actor: Actor) -> Application:
    """Take an application back. Errors: NotAllowed; ApplicationRefused when it was decided."""
    require_applicant(actor)
    with locked(application) as row:
        move(row, Status.WITHDRAWN, actor=actor, note=reason)
        resume_collection(row, on=on, actor=actor)
    return again(row)


def recheck_after(*, application: Application, on: date, actor: Actor) -> Application:
    """Go on with an application after documents came. Returns it as it then is."""
    with locked(application) as row:
        recheck(row, on=on, actor=actor)
    return _after(row, on)


def recheck(row: models.Application, *, on: date, actor: Actor) -> None:
    """Go on with an application that was incomplete once nothing is missing any more."""
    if Status(row.status) is not Status.INCOMPLETE:
        return
    missing = missing_of(again(row), get_policy())
    row.missing = [one.value for one in missing]
    if not missing:
        move(row, Status.RECEIVED, actor=actor)
        row.complete_by = None
        stop_collection(row, since=on, actor=actor)
    row.save()


def _after(row: models.Application, on: date) -> Application:
    """Let what the policy grants by itself stand at once."""
    application = again(row)
    if application.status is not Status.RECEIVED:
        return application
    try:
        found = review(application=application, today=on)
    except NoGuideline:
        return application  # A person will see it at the desk.
    if found.proposal and found.proposal.automatic and not found.missing:
        return let_stand(application=application, on=on)
    return application


def _ask(
    row: models.Application, missing: tuple[Missing, ...], *, on: date, actor: Actor, note: str
) -> None:
    before = models.Move.objects.filter(application_id=row.id, to_status=Status.INCOMPLETE).count()
    row.missing = [one.value for one in missing]
    row.complete_by = on + timedelta(days=get_policy().complete_within_days)
    move(row, Status.INCOMPLETE, actor=actor, note=note, missing=row.missing)
    row.save()
    stop_collection(row, since=on, actor=actor)
    tell(
        row,
        "assistance_incomplete",
        {"missing": row.missing, "note": note, "complete_by": row.complete_by.isoformat()},
        on=on, actor=actor, number=before + 1,
    )  # fmt: skip


def _signature(name: str, application: Application, signed_on: date) -> Signature:
    language = application.language
    if application.channel is Channel.PAPER:
        return Signature(name, attestation.VERSION, language, "", signed_on)
    return Signature(name, attestation.VERSION, language, attestation.text_in(language), signed_on)


def _check_facts(facts: Facts) -> None:
    if facts.household is not None and not 1 <= facts.household <= rules.HOUSEHOLD_AT_MOST:
        raise ApplicationRefused(f"a household has 1 to {rules.HOUSEHOLD_AT_MOST} people")
    if any(income.amount_cents <= 0 for income in facts.incomes):
        raise ApplicationRefused("an income is more than nothing")
