from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0010_credits"), ("ledger", "0004_closing")]
    operations = [
        run_sql_file(__file__, "0011_bank_days.sql"),
        run_sql_file(__file__, "0011_reconciliation.sql"),
        run_sql_file(__file__, "0011_rules.sql"),
    ]
