from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_barred"), ("grievances", "0001_disputes")]
    operations = [run_sql_file(__file__, "0002_desk.sql")]
