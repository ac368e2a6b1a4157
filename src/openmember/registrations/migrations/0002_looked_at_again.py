from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("registrations", "0001_registrations")]
    operations = [run_sql_file(__file__, "0002_looked_at_again.sql")]
