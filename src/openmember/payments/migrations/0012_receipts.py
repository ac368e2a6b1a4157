from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_reconciliation")]
    operations = [
        run_sql_file(__file__, "0012_receipts.sql"),
        run_sql_file(__file__, "0012_acts.sql"),
        run_sql_file(__file__, "0012_matching.sql"),
    ]
