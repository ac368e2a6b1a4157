from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_corrections")]
    operations = [run_sql_file(__file__, "0003_merges.sql")]
