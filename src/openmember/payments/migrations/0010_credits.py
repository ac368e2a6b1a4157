from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0009_autopay"), ("billing", "0005_plans")]
    operations = [run_sql_file(__file__, "0010_credits.sql")]
