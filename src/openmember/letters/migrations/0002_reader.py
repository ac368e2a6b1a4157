from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_letters")]
    operations = [run_sql_file(__file__, "0002_reader.sql")]
