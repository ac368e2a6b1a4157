from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_models"), ("members", "0002_mrn")]
    operations = [run_sql_file(__file__, "0001_letters.sql")]
