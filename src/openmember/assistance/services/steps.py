"""What every service on an application does: lock it, move it, hold collection, write to the member."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import transaction

from openmember.accounts.queries import get_account
from openmember.assistance import models, queries, rules
from openmember.assistance.types import Application, Status
from openmember.billing.debts import services as debts
from openmember.directory.queries import get_organisation
from openmember.kernel.audit import services as audit
from openmember.letters.services import write_letter
from openmember.members.types import Actor, NotAllowed, Scope


class ApplicationRefused(Exception):
    """This cannot be done with the application now; the message says why in words. Nothing was changed."""


def require_applicant(actor: Actor) -> None:
    """Let the member themselves in, and staff who take applications. Errors: NotAllowed."""
    if actor.kind not in {"member"}:
        actor.require(Scope.ASSIST)


def require_staff(actor: Actor) -> None:
    """Errors: NotAllowed for everybody but staff who decide applications, and the system."""
    if actor.kind == "member":
        raise NotAllowed(Scope.ASSIST)
    actor.require(Scope.ASSIST)


@contextmanager
def locked(application: Application) -> Iterator[models.Application]:
    """Give the application's row, locked, inside a transaction; what is set on it is saved at the end."""
    with transaction.atomic():
        row = models.Application.objects.select_for_update().get(id=application.id)
        yield row
        row.save()


def move(
    row: models.Application, to: Status, *, actor: Actor, note: str = "", **audited: Any
) -> None:
    """Take the one step from where an application is to `to`. Errors: ApplicationRefused."""
    before = Status(row.status)
    try:
        rules.check_move(before, to)
    except rules.CannotMove as refused:
        raise ApplicationRefused(str(refused)) from refused
    row.status = to.value
    models.Move.objects.create(
        application_id=row.id, from_status=before, to_status=to, actor=str(actor), note=note
    )
    note_it(row, f"assistance.{to.value}", actor, **audited)


def note_it(row: models.Application, action: str, actor: Actor, **detail: Any) -> None:
    """Audit what was done to an application: ids and codes, never what somebody earns."""
    audit.record(
        actor=str(actor),
        action=action,
        account_number=row.account_number,
        application_id=row.id,
        **detail,
    )


def stop_collection(row: models.Application, *, since: date, actor: Actor) -> None:
    """Stop what is done to collect from the account while the application is pending (1.501(r)-6(c)(8))."""
    account = get_account(number=row.account_number)
    stops = queries.list_stops(application_id=row.id, numbers=account.numbers)
    if any(stands and number == account.number for number, _key, stands in stops):
        return
    debts.stop_collection(
        account_number=account.number,
        key=f"assistance:{row.id}:{len(stops) + 1}",
        cause="appeal" if row.status == Status.APPEALED else "application",
        on=since,
        actor=actor,
    )


def resume_collection(row: models.Application, *, on: date, actor: Actor) -> None:
    """Let collection go on, where nothing else stops it."""
    numbers = get_account(number=row.account_number).numbers
    for number, key, stands in queries.list_stops(application_id=row.id, numbers=numbers):
        if stands:
            debts.resume_collection(account_number=number, key=key, on=on, actor=actor)


def tell(
    row: models.Application,
    kind: str,
    values: Mapping[str, Any],
    *,
    on: date,
    actor: Actor,
    number: int = 1,
) -> None:
    """Write to the holder. `number` tells apart letters of one kind about one application."""
    application = again(row)
    write_letter(
        account_number=get_account(number=row.account_number).number,
        kind=kind,
        key=f"{kind}:{row.id}:{number}",
        values={
            "reference": application.reference,
            "phone": get_organisation().hardship.display,
            **values,
        },
        on=on,
        actor=actor,
    )


def again(row: models.Application) -> Application:
    """Return the application as it now is."""
    return queries.get_application(numbers=(row.account_number,), application_id=row.id)
