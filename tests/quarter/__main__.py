"""python -m tests.quarter --disputes 20000: on a database of its own, or that of DATABASE_URL."""

import argparse
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.own_database import own_database


def say(text: object) -> None:
    print(text, flush=True)  # noqa: T201  a command of its own


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.quarter")
    asked.add_argument("--disputes", type=int, default=20_000)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    began = time.monotonic()
    with own_database():
        from tests.quarter.life import live

        lived = live(
            disputes=given.disputes, kills=given.kills, seed=given.seed,
            first=datetime(2026, 10, 1, tzinfo=ZoneInfo("America/Los_Angeles")),
            tell=lambda text: say(f"{time.monotonic() - began:7.0f} s  {text}"),
        )  # fmt: skip
    say(lived)


if __name__ == "__main__":
    main()
