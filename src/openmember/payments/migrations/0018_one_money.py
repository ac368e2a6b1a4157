from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0017_drawer_guards")]
    operations = [
        run_sql_file(__file__, "0018_intake.sql"),
        run_sql_file(__file__, "0018_losses.sql"),
        run_sql_file(__file__, "0018_lines.sql"),
    ]
