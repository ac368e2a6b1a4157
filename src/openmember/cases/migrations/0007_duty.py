from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_walkins")]
    operations = [run_sql_file(__file__, "0007_duty.sql")]
