from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_write_off_limit")]
    operations = [run_sql_file(__file__, "0009_disputed_grace.sql")]
