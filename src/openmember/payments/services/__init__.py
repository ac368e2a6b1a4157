"""Taking, correcting and giving back money.

`door` takes payments, `gateway` those that an outside system has to approve, `notifications` what
such a system tells by itself, `corrections` undoes, moves and joins accounts, `refunds` gives back,
`merges` sees to what a joined account gets later.
"""
