from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("cases", "0016_handoffs")]
    operations = [run_sql_file(__file__, "0017_unfit.sql")]
