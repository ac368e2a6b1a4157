"""python -m tests.faults.statement_worker FOLDER: run a month's statements and print them, to be killed.

A process of its own and no fork: what sets pages keeps threads, which a fork loses.
"""

import sys
from datetime import date
from pathlib import Path

MONTH, AFTER = date(2026, 11, 1), date(2026, 12, 2)
RANGE_ACCOUNTS, PRINT_FILE = 2, 6


def main(folder: Path) -> None:
    import django

    django.setup()
    from openmember.billing.statements import printing, services
    from openmember.members.testing import TESTER

    services.RANGE_ACCOUNTS, services.PRINT_FILE = RANGE_ACCOUNTS, PRINT_FILE
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    services.run_month(month=MONTH, today=AFTER, actor=TESTER)
    printing.print_month(month=MONTH, folder=folder, actor=TESTER)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
