from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0022_counter_money")]
    operations = [run_sql_file(__file__, "0023_receipt_lookback.sql")]
