"""Whether a payment costs more among many accounts than among a tenth of them."""

from statistics import median

from bench.pgbench import door_rate
from bench.plan import Plan
from bench.report import Bar, Report, paired_ratio

CLIENTS = 4
BOUND = 1.25


def run(plan: Plan) -> Report:
    many, few = plan.database(), plan.database(plan.accounts // 10)
    few_rates, many_rates = plan.in_turns(
        lambda: door_rate(few, clients=CLIENTS, seconds=plan.seconds),
        lambda: door_rate(many, clients=CLIENTS, seconds=plan.seconds),
    )
    return Report(
        "growth",
        figures={
            f"payments/s among {few.accounts:,}": median(few_rates),
            f"payments/s among {many.accounts:,}": median(many_rates),
        },
        bars=[
            Bar(
                "cost of a payment, ten times the accounts",
                paired_ratio(few_rates, many_rates),
                BOUND,
                at_most=True,
            )
        ],
    )
