from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("members", "0006_name_words"), ("kernel", "0001_foundation")]
    operations = [run_sql_file(__file__, "0007_proxies.sql")]
