import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    initial = True
    dependencies = [("payments", "0011_reconciliation"), ("letters", "0001_letters")]
    operations = [
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_number", models.CharField(db_index=True, max_length=12)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("received", "received"),
                            ("incomplete", "incomplete"),
                            ("approved", "approved"),
                            ("partly", "partly"),
                            ("denied", "denied"),
                            ("appealed", "appealed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("web", "web"),
                            ("phone", "phone"),
                            ("counter", "counter"),
                            ("paper", "paper"),
                        ],
                        max_length=8,
                    ),
                ),
                ("language", models.CharField(default="en", max_length=10)),
                ("started_at", models.DateTimeField(auto_now_add=True)),
                ("started_by", models.TextField()),
                ("received_on", models.DateField(null=True)),
                ("decide_by", models.DateField(null=True)),
                ("complete_by", models.DateField(null=True)),
                (
                    "missing",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("household", models.PositiveSmallIntegerField(null=True)),
                ("state", models.CharField(blank=True, max_length=2)),
                ("has_income", models.BooleanField(null=True)),
                ("incomes", models.JSONField(default=list)),
                (
                    "programs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                (
                    "bill_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("signature", models.JSONField(null=True)),
                ("appeal", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["appealed", "incomplete", "received"])),
                        fields=["decide_by"],
                        name="assistance_to_decide",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "appealed", "incomplete", "received"])
                        ),
                        fields=("account_number",),
                        name="assistance_one_open_application",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["draft", "withdrawn"]),
                            models.Q(("decide_by__isnull", False), ("received_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="assistance_received_has_its_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "appealed"), _negated=True),
                            models.Q(("appeal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="assistance_appeal_says_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True)),
                ("from_status", models.CharField(blank=True, max_length=10)),
                ("to_status", models.CharField(max_length=10)),
                ("actor", models.TextField()),
                ("note", models.TextField(blank=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="assistance.application",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("income", "income"),
                            ("program", "program"),
                            ("form", "form"),
                            ("other", "other"),
                        ],
                        max_length=8,
                    ),
                ),
                ("media_type", models.CharField(max_length=40)),
                ("size_bytes", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("stored_as", models.CharField(max_length=64, unique=True)),
                ("scanned", models.BooleanField()),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                ("added_by", models.TextField()),
                ("removed_at", models.DateTimeField(null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="assistance.application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("application", "sha256"),
                        name="assistance_document_once",
                    )
                ],
            },
        ),
        run_sql_file(__file__, "0001_money.sql"),
    ]
