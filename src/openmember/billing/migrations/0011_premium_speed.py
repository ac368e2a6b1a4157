from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_last_statements")]
    operations = [run_sql_file(__file__, "0011_premium_speed.sql")]
