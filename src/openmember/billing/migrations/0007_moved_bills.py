from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("billing", "0006_claim_bills"), ("accounts", "0002_models")]
    operations = [run_sql_file(__file__, "0007_moved_bills.sql")]
