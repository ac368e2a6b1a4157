from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0005_truncation"),
        ("ledger", "0003_chart"),
        ("kernel", "0004_digest"),
    ]
    operations = [run_sql_file(__file__, "0006_door.sql")]
