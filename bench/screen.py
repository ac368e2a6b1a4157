"""What people wait for: the account screen's data, and the member's account page.

python -m bench.screen 1000000 500    # accounts, looks: prints what was measured, as JSON
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from random import Random
from statistics import median

import django

from bench.database import environment
from bench.plan import Plan
from bench.report import Bar, Report

LOOKS_A_SECOND = 100
STATEMENTS, PAGE_STATEMENTS = 2, 10
TIMES_SELECT_1 = 5.0


def run(plan: Plan) -> Report:
    database = plan.database()
    looks = plan.seconds * LOOKS_A_SECOND
    words = [sys.executable, "-m", "bench.screen", str(database.accounts), str(looks)]
    done = subprocess.run(
        words, env=environment(database), check=True, stdout=subprocess.PIPE, text=True
    )
    found = json.loads(done.stdout)
    return Report(
        "screen",
        figures={
            "account data, ms": found["data_ms"],
            "SELECT 1, ms": found["select_1_ms"],
            "account page, ms": found["page_ms"],
        },
        bars=[
            Bar("data to SELECT 1", found["data_ms"] / found["select_1_ms"], TIMES_SELECT_1, True),
            Bar("statements of the data", found["data_statements"], STATEMENTS, True),
            Bar("statements of the page", found["page_statements"], PAGE_STATEMENTS, True),
        ],
    )


def main(accounts: int, looks: int) -> None:
    django.setup()
    from django.db import connection

    from bench.clients import number_drawn
    from openmember.billing.overview import get_overview
    from openmember.payments.jobs import office_today

    random, today = Random(1), office_today()

    def select_1() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchall()

    def data() -> None:
        get_overview(number=number_drawn(random, accounts), today=today)

    page = _page(random.randint(1, accounts))
    select_1_ms, data_ms = _medians_ms((select_1, data), looks)
    (page_ms,) = _medians_ms((page,), max(looks // 10, 5))
    print(
        json.dumps(
            {
                "select_1_ms": select_1_ms,
                "data_ms": data_ms,
                "page_ms": page_ms,
                "data_statements": _statements(data),
                "page_statements": _statements(page),
            }
        )
    )


def _page(member_id: int) -> Callable[[], None]:
    """Return the work of showing a signed-in member their account page."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import reverse

    users = get_user_model().objects
    user = users.filter(member_id=member_id).first() or users.create_user(
        f"bench{member_id}@example.org", member_id=member_id
    )
    client = Client(headers={"host": "localhost"})
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")

    def show() -> None:
        shown = client.get(reverse("portal:account"))
        if shown.status_code != 200:
            raise RuntimeError(f"the account page answers {shown.status_code}")

    return show


def _medians_ms(works: tuple[Callable[[], None], ...], times: int) -> list[float]:
    """Return the median of each, the works taken in turns."""
    took: list[list[float]] = [[] for _ in works]
    for _ in range(times):
        for work, seconds in zip(works, took, strict=True):
            started = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - started)
    return [median(seconds) * 1000 for seconds in took]


def _statements(work: Callable[[], None]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
