from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_letters")]
    operations = [run_sql_file(__file__, "0016_handoffs.sql")]
