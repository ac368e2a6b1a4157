from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0014_moved_bills")]
    operations = [run_sql_file(__file__, "0015_refund_rule.sql")]
