from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("kernel", "0004_digest")]
    operations = [run_sql_file(__file__, "0005_throttle.sql")]
