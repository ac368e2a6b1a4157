from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("members", "0009_email")]
    operations = [run_sql_file(__file__, "0010_dispute_proxies.sql")]
