"""The payments of late that prove who somebody is: only those nobody else could have made.

A guest, a payment link, a counter or a telephone takes money from whoever holds the number, who then knows the
amount. So only what a member paid signed in counts, or what their own automatic payments drew.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from openmember.kernel.sql import fetch_all
from openmember.members.queries import map_sign_ins
from openmember.payments.types import Channel

# Signed in the payer is named by their sign-in, by automatic payments by the member.
SIGNED_IN = (Channel.WEB, Channel.APP)


def list_own_cents(
    *, numbers: tuple[str, ...], member_ids: Sequence[int], since: date
) -> Mapping[int, frozenset[int]]:
    """Return for each of these members the amounts that arrived since a day and that they paid themselves."""
    signed_in = {
        f"member:{user}": member for user, member in map_sign_ins(member_ids=member_ids).items()
    }
    drawn = {f"member:{member}": member for member in member_ids}
    found: dict[int, set[int]] = defaultdict(set)
    for row in fetch_all(
        "SELECT DISTINCT payer, amount_cents, channel = 'autopay' AS is_drawn FROM payments_payment"
        " WHERE account_number = ANY(%(numbers)s) AND effective_on >= %(since)s"
        " AND status IN ('accepted', 'settled')"
        " AND (channel = ANY(%(channels)s) AND payer = ANY(%(signed_in)s)"
        "      OR channel = 'autopay' AND payer = ANY(%(drawn)s))",
        {
            "numbers": list(numbers), "since": since, "channels": [one.value for one in SIGNED_IN],
            "signed_in": list(signed_in), "drawn": list(drawn),
        },
    ):  # fmt: skip
        member = (drawn if row.is_drawn else signed_in)[row.payer]
        found[member].add(row.amount_cents)
    return {member: frozenset(cents) for member, cents in found.items()}
