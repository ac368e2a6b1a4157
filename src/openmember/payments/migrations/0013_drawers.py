from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0012_receipts")]
    operations = [
        run_sql_file(__file__, "0013_drawers.sql"),
        run_sql_file(__file__, "0013_drawer_acts.sql"),
        run_sql_file(__file__, "0013_deposits.sql"),
    ]
