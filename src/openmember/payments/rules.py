"""How a payment may move. The database holds the same pairs in a check on `payments_move`."""

from openmember.payments.types import Status

MOVES: dict[Status, frozenset[Status]] = {
    Status.AUTHORISING: frozenset({Status.ACCEPTED, Status.DECLINED, Status.UNKNOWN}),
    Status.UNKNOWN: frozenset({Status.ACCEPTED, Status.DECLINED}),
    # An approval that overtakes its decline is taken: the money was.
    Status.DECLINED: frozenset({Status.ACCEPTED}),
    Status.ACCEPTED: frozenset(
        {Status.SETTLED, Status.VOIDED, Status.RETURNED, Status.REFUNDED, Status.CHARGED_BACK}
    ),
    Status.SETTLED: frozenset({Status.RETURNED, Status.REFUNDED, Status.CHARGED_BACK}),
    # A refund the bank sends back makes the payment what it was.
    Status.REFUNDED: frozenset({Status.ACCEPTED, Status.SETTLED}),
    Status.VOIDED: frozenset(),
    Status.RETURNED: frozenset(),
    # A dispute that is won makes the payment what it was.
    Status.CHARGED_BACK: frozenset({Status.ACCEPTED, Status.SETTLED}),
}


def can_move(status: Status, to: Status) -> bool:
    """Return whether a payment may go from one status to the other."""
    return to in MOVES[status]
