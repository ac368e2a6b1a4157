"""python -m tests.faults.statement_worker FOLDER: run a month's statements and print them, to be killed.

Each line on its input begins a try, in a fork that answers with its process id and, when done, with `done`:
what is loaded once is not loaded for each. Nothing sets a page before the fork, since what does keeps threads,
which a fork loses.
"""

import os
import sys
from datetime import date
from pathlib import Path

MONTH, AFTER = date(2026, 11, 1), date(2026, 12, 2)
RANGE_ACCOUNTS, PRINT_FILE = 2, 6


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(folder: Path) -> None:
    import django

    django.setup()
    from openmember.billing.statements import printing, services
    from openmember.members.testing import TESTER

    services.RANGE_ACCOUNTS, services.PRINT_FILE = RANGE_ACCOUNTS, PRINT_FILE
    for _ in sys.stdin:
        if child := os.fork():
            os.waitpid(child, 0)
            continue
        say(os.getpid())
        services.run_month(month=MONTH, today=AFTER, actor=TESTER)
        printing.print_month(month=MONTH, folder=folder, actor=TESTER)
        say("done")
        os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
