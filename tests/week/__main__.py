"""python -m tests.week --contacts 50000: on a database of its own, or that of DATABASE_URL."""

import argparse
import time
from datetime import datetime

from tests.own_database import own_database


def say(text: object) -> None:
    print(text, flush=True)  # noqa: T201  a command of its own


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.week")
    asked.add_argument("--contacts", type=int, default=50_000)
    asked.add_argument("--representatives", type=int, default=40)
    asked.add_argument("--kills", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    began = time.monotonic()
    with own_database():
        from tests.week.life import live
        from tests.week.representative import ZONE

        lived = live(
            contacts=given.contacts, representatives=given.representatives, kills=given.kills,
            seed=given.seed, monday=datetime(2026, 11, 30, tzinfo=ZONE),
            tell=lambda text: say(f"{time.monotonic() - began:7.0f} s  {text}"),
        )  # fmt: skip
    say(lived)


if __name__ == "__main__":
    main()
