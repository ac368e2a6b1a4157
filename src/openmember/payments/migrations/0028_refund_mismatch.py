from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0027_never_booked")]
    operations = [run_sql_file(__file__, "0028_refund_mismatch.sql")]
