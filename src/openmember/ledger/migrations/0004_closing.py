from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_chart")]
    operations = [run_sql_file(__file__, "0004_closing.sql")]
