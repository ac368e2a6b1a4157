from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0001_bills"),
        ("ledger", "0003_chart"),
        ("coverage", "0002_terminations"),
    ]
    operations = [
        run_sql_file(__file__, "0002_premiums.sql"),
        run_sql_file(__file__, "0002_premium_terms.sql"),
        run_sql_file(__file__, "0002_premium_pricing.sql"),
        run_sql_file(__file__, "0002_premium_writing.sql"),
        run_sql_file(__file__, "0002_premium_runs.sql"),
    ]
