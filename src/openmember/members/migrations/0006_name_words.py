from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("members", "0005_search")]
    operations = [run_sql_file(__file__, "0006_name_words.sql")]
