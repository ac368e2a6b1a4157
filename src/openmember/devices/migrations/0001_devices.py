from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_models"),
        ("billing", "0004_statements"),
        ("letters", "0001_letters"),
        ("members", "0002_mrn"),
        ("payments", "0001_payments"),
    ]
    operations = [run_sql_file(__file__, "0001_devices.sql")]
