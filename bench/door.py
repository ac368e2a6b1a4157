"""One payment through the database's door, against PostgreSQL's own TPC-B on the same server.

A payment is one round trip: key, lock, allocation, payment, its first step, transfers, balance. A TPC-B
transaction is seven: three updates, a select and an insert between BEGIN and COMMIT.
"""

from statistics import median

from bench.pgbench import door_rate, tpcb_database, tpcb_rate
from bench.plan import Plan
from bench.report import Bar, Report, paired_ratio

BOUNDS = {1: 1.5, 8: 1.0}


def run(plan: Plan) -> Report:
    database, tpcb = plan.database(), tpcb_database(plan.server_url)
    report = Report("door")
    for clients, bound in BOUNDS.items():
        theirs, ours = plan.in_turns(
            lambda n=clients: tpcb_rate(tpcb, clients=n, seconds=plan.seconds),
            lambda n=clients: door_rate(database, clients=n, seconds=plan.seconds),
        )
        report.figures[f"payments/s, clients: {clients}"] = median(ours)
        report.figures[f"TPC-B/s, clients: {clients}"] = median(theirs)
        report.bars.append(
            Bar(f"payments to TPC-B, clients: {clients}", paired_ratio(ours, theirs), bound)
        )
    return report
