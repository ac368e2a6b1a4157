from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("billing", "0012_joined_accounts"), ("claims", "0001_remittances")]
    operations = [run_sql_file(__file__, "0013_provider_notices.sql")]
