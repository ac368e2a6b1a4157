"""Make the tables of a bench database, the yardsticks' included, and let the application's role in."""

import django
from django.core.management import call_command


def main() -> None:
    django.setup()
    from openmember.cli.prepare import as_owner, prepare_database
    from openmember.payments.jobs import ensure_months, office_today

    with as_owner():
        call_command("migrate", verbosity=0, run_syncdb=True)
        ensure_months(office_today())
    prepare_database()


if __name__ == "__main__":
    main()
