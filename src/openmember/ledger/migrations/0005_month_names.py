from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_closing")]
    operations = [run_sql_file(__file__, "0005_month_names.sql")]
