from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0001_foundation")]
    operations = [run_sql_file(__file__, "0001_files.sql")]
