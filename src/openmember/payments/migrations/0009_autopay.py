import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0008_ach"), ("members", "0002_mrn")]
    operations = [
        migrations.CreateModel(
            name="Mandate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_number", models.CharField(db_collation="C", max_length=12)),
                ("method", models.CharField(max_length=8)),
                ("keeper", models.CharField(max_length=20)),
                ("token", models.CharField(max_length=200)),
                ("tender", models.CharField(max_length=80)),
                ("what", models.CharField(max_length=12)),
                ("cap_cents", models.BigIntegerField(null=True)),
                ("status", models.CharField(default="active", max_length=8)),
                ("paused_until", models.DateField(null=True)),
                ("agreement", models.TextField()),
                ("language", models.CharField(max_length=8)),
                ("agreed_at", models.DateTimeField(auto_now_add=True)),
                ("agreed_by", models.TextField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, max_length=16)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
            ],
            options={
                "db_table": "payments_mandate",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["active", "paused"])),
                        fields=("account_number",),
                        name="mandate_one_an_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "paused", "ended"])),
                        name="mandate_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("what__in", ["everything", "premium"])),
                        name="mandate_what_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["card", "ach"])),
                        name="mandate_by_card_or_bank",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cap_cents", None), ("cap_cents__gt", 0), _connector="OR"
                        ),
                        name="mandate_cap_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agreement", ""), _negated=True),
                        name="mandate_agreed_in_words",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", False),
                                ("status", "ended"),
                                (
                                    "end_reason__in",
                                    ["member", "replaced", "bank", "failures", "account_joined"],
                                ),
                            ),
                            models.Q(
                                models.Q(("status", "ended"), _negated=True),
                                ("end_reason", ""),
                                ("ended_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="mandate_ended_has_its_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paused_until", None), ("status", "paused"), _connector="OR"
                        ),
                        name="mandate_paused_until_only_when_paused",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_number", models.CharField(db_collation="C", max_length=12)),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="payments.mandate",
                    ),
                ),
                ("due_on", models.DateField()),
                ("draw_on", models.DateField()),
                ("amount_cents", models.BigIntegerField()),
                ("plan_id", models.BigIntegerField(null=True)),
                ("last_cents", models.BigIntegerField(null=True)),
                ("is_noticed", models.BooleanField()),
                (
                    "bill_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("status", models.CharField(default="planned", max_length=12)),
                ("payment_id", models.BigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=80)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "payments_draw",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "planned")),
                        fields=["draw_on"],
                        name="draw_to_make",
                    ),
                    models.Index(
                        condition=models.Q(("status", "requested")),
                        fields=["id"],
                        name="draw_to_follow",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_cents__gt", 0)), name="draw_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["planned", "requested", "paid", "failed", "skipped", "not_needed"],
                            )
                        ),
                        name="draw_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("payment_id__isnull", False),
                            models.Q(("status", "paid"), _negated=True),
                            _connector="OR",
                        ),
                        name="draw_paid_has_its_payment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DrawItem",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "account_number",
                        "key",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("account_number", models.CharField(db_collation="C", max_length=12)),
                ("key", models.CharField(db_collation="C", max_length=80)),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.draw",
                    ),
                ),
            ],
            options={
                "db_table": "payments_draw_item",
            },
        ),
    ]
