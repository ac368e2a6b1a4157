from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("coverage", "0001_enrolment")]
    operations = [run_sql_file(__file__, "0002_terminations.sql")]
