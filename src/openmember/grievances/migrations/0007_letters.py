from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("grievances", "0006_packages"), ("letters", "0002_reader")]
    operations = [run_sql_file(__file__, "0007_letters.sql")]
