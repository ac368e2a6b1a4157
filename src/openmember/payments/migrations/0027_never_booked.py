from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0026_counter_since")]
    operations = [run_sql_file(__file__, "0027_never_booked.sql")]
