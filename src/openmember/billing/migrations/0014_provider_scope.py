from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("billing", "0013_provider_notices"), ("coverage", "0001_enrolment")]
    operations = [run_sql_file(__file__, "0014_provider_scope.sql")]
