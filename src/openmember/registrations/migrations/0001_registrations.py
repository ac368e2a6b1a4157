from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("accounts", "0001_numbers"),
        ("kernel", "0001_foundation"),
        ("letters", "0001_letters"),
        ("members", "0001_people"),
    ]
    operations = [run_sql_file(__file__, "0001_registrations.sql")]
