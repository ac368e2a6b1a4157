"""Payments through Stripe while everything around them is killed and the network loses what it can.

`python -m tests.faults.stripe_storm --payments 150 --seed 7` starts a database, a stand-in for Stripe,
processes that take payments and clerks that hear webhooks and ask. People ask with the same key until
the answer is definite; Stripe tells everything twice and in any order. Then every payment is disputed,
and told so to two clerks at once. The seed decides who pays what, what fails and what is killed when;
how the machine schedules the processes it does not decide.
"""
