from pathlib import Path

from django.db import migrations

# The chart as it stood when this migration was written; ledger/types.py names the codes.
CHART = {
    1010: "Bank",
    1020: "Card clearing",
    1030: "ACH clearing",
    1040: "Cash drawers",
    1050: "Lockbox",
    1210: "Premium receivable",
    1220: "Medical receivable",
    1230: "Pharmacy receivable",
    1900: "Transfers between accounts",
    2010: "Unapplied credit",
    2020: "Unidentified receipts",
    2030: "Refunds payable",
    2040: "Advance premium tax credit payable",
    4010: "Premium revenue",
    4020: "Medical revenue",
    4030: "Pharmacy revenue",
    5010: "Financial assistance",
    5020: "Write-off",
    5030: "Returned-item fees",
    5040: "Bill corrections",
}


def chart(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.executemany("INSERT INTO ledger_code VALUES (%s, %s)", CHART.items())


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0001_foundation")]
    operations = [
        migrations.RunSQL(
            Path(__file__)
            .with_suffix(".sql")
            .read_text(encoding="utf-8")
            .replace("/*codes*/", ", ".join(map(str, CHART)))
        ),
        migrations.RunPython(chart),
    ]
