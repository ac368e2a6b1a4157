from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("billing", "0005_plans"), ("claims", "0001_remittances")]
    operations = [run_sql_file(__file__, "0006_claim_bills.sql")]
