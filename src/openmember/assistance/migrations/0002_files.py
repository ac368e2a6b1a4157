from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("assistance", "0001_applications"), ("documents", "0001_files")]
    operations = [
        run_sql_file(__file__, "0002_files.sql"),
        migrations.RemoveField("document", "scanned"),
    ]
