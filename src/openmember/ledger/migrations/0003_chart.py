from django.db import migrations

ADDED = {
    2045: "Cost-sharing reductions",
    2050: "Deferred premium",
    2060: "Unclaimed property payable",
    5050: "Exchange user fees",
    5060: "Bank and processor fees",
    5070: "Cash over and short",
}


def chart(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO ledger_code VALUES (%s, %s)", ADDED.items())
        cursor.execute("SELECT string_agg(code::text, ', ' ORDER BY code) FROM ledger_code")
        codes = cursor.fetchone()[0]
        cursor.execute("ALTER DOMAIN ledger_chart_code DROP CONSTRAINT ledger_chart_code_check")
        # Every row holds a code of the shorter list: none needs to be read again.
        cursor.execute(
            "ALTER DOMAIN ledger_chart_code ADD CONSTRAINT ledger_chart_code_check"
            f" CHECK (VALUE IN ({codes})) NOT VALID"
        )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_models")]
    operations = [migrations.RunPython(chart)]
