from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("grievances", "0014_contents")]
    operations = [run_sql_file(__file__, "0015_statements.sql")]
