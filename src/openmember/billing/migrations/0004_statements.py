from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_grace"), ("letters", "0001_letters")]
    operations = [
        run_sql_file(__file__, "0004_statements.sql"),
        run_sql_file(__file__, "0004_statement_rows.sql"),
    ]
