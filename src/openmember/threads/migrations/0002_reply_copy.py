from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("threads", "0001_threads"), ("cases", "0007_duty")]
    operations = [run_sql_file(__file__, "0002_reply_copy.sql")]
