import django.contrib.postgres.fields
from django.db import migrations, models

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0015_refund_rule"),
    ]

    operations = [
        run_sql_file(__file__, "0016_channel.sql"),
        migrations.CreateModel(
            name="AssistedPayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_number", models.CharField(db_collation="C", max_length=12)),
                ("amount_cents", models.BigIntegerField()),
                (
                    "bill_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("way", models.CharField(max_length=5)),
                ("language", models.CharField(max_length=8)),
                ("representative", models.TextField()),
                ("sent_to", models.CharField(max_length=254)),
                ("is_on_file", models.BooleanField(default=False)),
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("sends", models.PositiveSmallIntegerField(default=1)),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=12)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "db_table": "payments_assisted",
                "indexes": [
                    models.Index(fields=["account_number", "-asked_at"], name="assisted_of_account")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)), name="assisted_amount_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "way__in",
                                ["text", "email"],
                            )
                        ),
                        name="assisted_way_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_to", ""), _negated=True),
                            models.Q(("token_digest", ""), _negated=True),
                        ),
                        name="assisted_link_has_its_token",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_reason", ""), ("ended_at", None)),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("end_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="assisted_ended_has_its_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("asked_at"))),
                        name="assisted_expires_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("representative__startswith", "staff:")),
                        name="assisted_by_staff",
                    ),
                ],
            },
        ),
    ]
