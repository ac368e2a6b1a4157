"""A drawer from its float to its count."""

import json
from collections.abc import Mapping
from datetime import date

from django.db import transaction

from openmember.directory.facilities import Facility
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.closing.queries import open_on
from openmember.members.types import Actor, Scope
from openmember.payments.drawers import queries, rules
from openmember.payments.drawers.services.refusals import CounterRefused, counter_refusals
from openmember.payments.drawers.types import Counted, Drawer


@transaction.atomic
def open_drawer(
    *, facility: Facility, name: str, float_cents: int, on: date, actor: Actor
) -> Drawer:
    """Open a drawer of a facility with its float. Again returns the one that is open.

    Its float is the facility's; another one is for somebody who supervises drawers to open it with.
    Errors: NotAllowed; CounterRefused when somebody has it open, or the cashier another, or the float differs.
    """
    actor.require(Scope.TAKE_PAYMENT)
    if name not in facility.drawers:
        raise CounterRefused("unknown_drawer", "the facility has no such drawer")
    if float_cents != facility.float_cents and not actor.may(Scope.SUPERVISE_DRAWERS):
        raise CounterRefused(
            "other_float",
            "drawers here start with another float: a supervisor opens one that differs",
        )
    with counter_refusals():
        row = fetch_one(
            "SELECT payments_drawer_start(%(facility)s, %(name)s, %(float)s, %(on)s, %(actor)s) AS id",
            {
                "facility": facility.code,
                "name": name,
                "float": float_cents,
                "on": on,
                "actor": str(actor),
            },
        )
    audit.record(actor=str(actor), action="drawer.open", drawer_id=row.id, float_cents=float_cents)
    drawer = queries.find_drawer(actor=actor)
    if drawer is None:
        raise CounterRefused("no_drawer", "the drawer was counted meanwhile")
    return drawer


@transaction.atomic
def count_drawer(
    *, drawer: Drawer, pieces: Mapping[int, int], checks_cents: int, on: date, actor: Actor
) -> Counted:
    """Close a drawer with what was counted in it: how many of each piece, and the checks' total.

    What it should have held is told only now. The difference is posted to cash over and short.
    Errors: NotAllowed; CounterRefused when it was counted before, or a void of it waits.
    """
    actor.require(Scope.TAKE_PAYMENT)
    with counter_refusals():
        fetch_all(
            "SELECT payments_drawer_count(%(drawer)s, %(cash)s, %(checks)s, %(pieces)s, %(on)s, %(actor)s)",
            {
                "drawer": drawer.id,
                "cash": rules.counted_cents(pieces),
                "checks": checks_cents,
                "pieces": json.dumps({str(cents): count for cents, count in pieces.items()}),
                "on": open_on(day=on),
                "actor": str(actor),
            },
        )
    counted = queries.get_counted(drawer_id=drawer.id, facility=drawer.facility)
    audit.record(
        actor=str(actor), action="drawer.count", drawer_id=drawer.id,
        counted_cents=counted.counted_cash_cents, over_cents=counted.over_cents,
    )  # fmt: skip
    return counted
