from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0016_assisted")]
    operations = [run_sql_file(__file__, "0017_drawer_guards.sql")]
