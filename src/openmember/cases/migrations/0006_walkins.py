from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_board"), ("members", "0003_skills")]
    operations = [run_sql_file(__file__, "0006_walkins.sql")]
