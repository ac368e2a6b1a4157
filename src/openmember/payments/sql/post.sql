-- Take one payment through the door, audit it, and return it with what it settles, in one round trip.
SELECT (taken.payment).*, taken.allocations, NULL AS decline_reason
FROM payments_take(
    %(number)s, %(key)s, %(amount)s, %(method)s, %(channel)s, %(bills)s::bigint[], %(order)s,
    %(effective_on)s, %(payer)s, %(actor)s, %(status)s, %(gateway)s, %(tender)s) AS taken
