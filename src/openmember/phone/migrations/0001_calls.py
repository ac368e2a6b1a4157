import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("step", models.PositiveIntegerField(default=1)),
                ("state", models.CharField(max_length=12)),
                ("language", models.CharField(max_length=2)),
                ("is_relay", models.BooleanField(default=False)),
                ("account_number", models.CharField(blank=True, max_length=12)),
                ("is_verified", models.BooleanField(default=False)),
                ("memory", models.JSONField(default=dict)),
                ("answer", models.TextField(blank=True)),
                ("amount_cents", models.BigIntegerField(default=0)),
                ("payment_key", models.CharField(blank=True, max_length=100)),
                ("is_told", models.BooleanField(default=False)),
                ("started_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("amount_cents__gt", 0), ("is_told", False)),
                        fields=["account_number", "started_at"],
                        name="phone_untold",
                    ),
                    models.Index(fields=["started_at"], name="phone_call_started"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_verified", False),
                            models.Q(("account_number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="phone_verified_for_an_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            models.Q(("answer", ""), ("memory", {})),
                            _connector="OR",
                        ),
                        name="phone_ended_keeps_nothing_said",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_number", models.CharField(blank=True, max_length=12)),
                ("is_verified", models.BooleanField(default=False)),
                ("language", models.CharField(max_length=2)),
                ("is_relay", models.BooleanField(default=False)),
                ("asked_from", models.CharField(max_length=12)),
                ("entered", models.JSONField(default=list)),
                ("amount_cents", models.BigIntegerField(default=0)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("taken_at", models.DateTimeField(null=True)),
                ("taken_by", models.TextField(blank=True)),
                (
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="handover",
                        to="phone.call",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("taken_at", None)),
                        fields=["asked_at"],
                        name="phone_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_at", None), ("taken_by", "")),
                            models.Q(
                                ("taken_at__isnull", False),
                                models.Q(("taken_by", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="phone_taken_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TextMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=16)),
                ("body", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="text_message",
                        to="phone.call",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("sent_at", None), models.Q(("number", ""), _negated=True)
                        ),
                        fields=["asked_at"],
                        name="phone_unsent",
                    )
                ],
            },
        ),
    ]
