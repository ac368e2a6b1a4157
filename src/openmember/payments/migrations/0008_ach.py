import django.utils.timezone
from django.db import migrations, models

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("payments", "0007_remittances")]
    operations = [
        migrations.CreateModel(
            name="AchAnswerFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("made_on", models.DateField()),
                ("report", models.JSONField()),
                ("actor", models.TextField()),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={"db_table": "payments_ach_answer_file"},
        ),
        migrations.CreateModel(
            name="AchException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=200, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("account_number", models.CharField(max_length=12, null=True)),
                ("entry_id", models.BigIntegerField(null=True)),
                ("code", models.CharField(max_length=3)),
                ("amount_cents", models.BigIntegerField()),
                ("line", models.IntegerField()),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
            ],
            options={
                "db_table": "payments_ach_exception",
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)),
                        fields=["opened_at"],
                        name="payments_ach_exception_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closed_at", None), ("note", ""))
                        | models.Q(
                            models.Q(("closed_at", None), _negated=True),
                            models.Q(("note", ""), _negated=True),
                        ),
                        name="payments_ach_exception_closed_with_note",
                    )
                ],
            },
        ),
        run_sql_file(__file__, "0008_ach.sql"),
        run_sql_file(__file__, "0008_ach_requests.sql"),
        run_sql_file(__file__, "0008_ach_files.sql"),
        run_sql_file(__file__, "0008_ach_returns.sql"),
        run_sql_file(__file__, "0008_ach_actions.sql"),
    ]
