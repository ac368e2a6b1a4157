from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("devices", "0001_devices"), ("threads", "0001_threads")]
    operations = [run_sql_file(__file__, "0002_replies.sql")]
