from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("grievances", "0003_drafts"), ("documents", "0001_files")]
    operations = [run_sql_file(__file__, "0004_tolling.sql")]
