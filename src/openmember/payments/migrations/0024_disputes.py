from django.db import migrations

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0023_receipt_lookback"), ("billing", "0012_joined_accounts")]
    operations = [
        run_sql_file(__file__, "0024_disputes.sql"),
        run_sql_file(__file__, "0024_disputed_refunds.sql"),
        run_sql_file(__file__, "0024_gateway_exceptions.sql"),
    ]
