import django.db.models.deletion
from django.db import migrations, models

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_door"),
        ("billing", "0006_claim_bills"),
        ("ledger", "0004_closing"),
    ]
    operations = [
        migrations.CreateModel(
            name="RemittanceFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("actor", models.TextField()),
                ("report", models.JSONField()),
            ],
            options={"db_table": "payments_remittance_file"},
        ),
        migrations.CreateModel(
            name="RemittanceException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("remittance_id", models.BigIntegerField()),
                ("position", models.IntegerField(null=True)),
                ("segment_number", models.IntegerField()),
                ("reason", models.CharField(max_length=40)),
                ("message", models.TextField()),
                ("differences", models.JSONField(default=list)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolved_by", models.TextField(blank=True)),
                ("resolution", models.CharField(blank=True, max_length=9)),
                ("note", models.TextField(blank=True)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="payments.remittancefile",
                    ),
                ),
            ],
            options={
                "db_table": "payments_remittance_exception",
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at", None)),
                        fields=["opened_at"],
                        name="remittance_exception_open",
                    ),
                    models.Index(fields=["remittance_id"], name="remittance_exception_of"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("resolution", ""), ("resolved_at", None))
                        | models.Q(
                            ("resolution__in", ["noted", "account", "confirmed"]),
                            ("resolved_at__isnull", False),
                        ),
                        name="remittance_exception_says_how",
                    )
                ],
            },
        ),
        run_sql_file(__file__, "0007_remittances.sql"),
    ]
