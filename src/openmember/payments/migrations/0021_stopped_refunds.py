from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0020_two_people")]
    operations = [run_sql_file(__file__, "0021_stopped_refunds.sql")]
