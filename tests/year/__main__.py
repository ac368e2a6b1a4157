"""python -m tests.year --members 5000 --days 365: on a database of its own, or that of DATABASE_URL."""

import argparse
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.own_database import own_database


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  a command of its own


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.year")
    asked.add_argument("--members", type=int, default=5000)
    asked.add_argument("--days", type=int, default=365)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument(
        "--facts", type=Path, help="a file for every transfer, to compare two years by"
    )
    given = asked.parse_args()
    began = time.monotonic()
    with own_database(), TemporaryDirectory() as folder:
        from tests.year.life import live

        lived = live(
            members=given.members, days=given.days, seed=given.seed,
            first=date(2026, 1, 1), folder=Path(folder),
            tell=lambda day, text: say(f"{time.monotonic() - began:7.0f} s  {day}  {text}"),
            facts=given.facts,
        )  # fmt: skip
    say(lived.summary)


if __name__ == "__main__":
    main()
