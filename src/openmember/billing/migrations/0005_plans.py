from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_statements")]
    operations = [
        run_sql_file(__file__, "0005_plans.sql"),
        run_sql_file(__file__, "0005_debts.sql"),
    ]
