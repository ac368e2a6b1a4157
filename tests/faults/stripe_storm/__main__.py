"""The command: one storm, told in one line of JSON; it ends with 1 when something is wrong."""

import argparse
import json
import os
import random
import sys
import time
from typing import Any

from tests.doubles.stripe_http import Fault, StripeServer
from tests.faults.stripe_storm.loop import FORKSERVER, Storm
from tests.faults.stripe_storm.plan import draw

from openmember.kernel.embedded import EmbeddedPostgres
from openmember.kernel.embedded.testing import FAST, ready_home

# What the network and Stripe do to requests that change something, of a hundred.
FAULTS = {
    Fault.NONE: 80,
    Fault.REQUEST_LOST: 6,
    Fault.ANSWER_LOST: 8,
    Fault.SERVER_ERROR: 3,
    Fault.TOO_MANY: 3,
}


def blow(*, payments: int, seed: int) -> dict[str, Any]:
    """Run one storm and return what happened and what was wrong."""
    started_at = time.monotonic()
    chance = random.Random(seed)
    with (
        ready_home() as home,
        EmbeddedPostgres(home, options=FAST) as server,
        StripeServer() as stripe,
    ):
        os.environ.update(
            DJANGO_SETTINGS_MODULE="openmember.config.settings.testing",
            DATABASE_URL=server.url,
            STRIPE_SECRET_KEY="sk_test",
            STRIPE_API_BASE=stripe.url,
            STRIPE_WEBHOOK_SECRET=stripe.double.webhook_secret,
            OPENMEMBER_LOG_LEVEL="CRITICAL",
        )
        FORKSERVER.set_forkserver_preload(["tests.faults.stripe_storm.people"])
        # Not before: the settings read the environment once.
        import django

        django.setup()
        from tests.faults.stripe_storm import books

        plan = draw(payments=payments, seed=seed)
        storm = Storm(plan, server, stripe.double, books.prepare(accounts=plan.accounts), chance)
        stripe.draw_fault = lambda: chance.choices(list(FAULTS), list(FAULTS.values()))[0]
        try:
            storm.take_payments()
            stripe.draw_fault = lambda: Fault.NONE
            storm.settle_down()
            storm.problems += books.faults_after_payments(plan.jobs, stripe.double)
            storm.dispute_everything()
            storm.problems += books.faults_after_disputes()
        finally:
            storm.stop()
    seconds = round(time.monotonic() - started_at, 1)
    happened = dict(sorted(storm.counts.items()))
    return {"made": storm.made, **happened, "seconds": seconds, "problems": storm.problems}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.stripe_storm")
    parser.add_argument("--payments", type=int, default=150)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    report = blow(payments=given.payments, seed=given.seed)
    sys.stdout.write(json.dumps(report) + "\n")
    return 1 if report["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
