from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("billing", "0011_premium_speed")]
    operations = [
        run_sql_file(__file__, "0012_joined_accounts.sql"),
        run_sql_file(__file__, "0012_joined_statements.sql"),
    ]
