import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0025_secure_line"),
        ("phone", "0003_callers"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecureLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("return_to", models.CharField(max_length=20)),
                ("begun_step", models.PositiveIntegerField(null=True)),
                ("outcome", models.CharField(blank=True, max_length=12)),
                ("is_recorded", models.BooleanField(null=True)),
                ("sent_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="call",
            name="phone_ended_keeps_nothing_said",
        ),
        migrations.AddField(
            model_name="call",
            name="carrier_id",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None),
                    models.Q(("answer", ""), ("carrier_id", ""), ("memory", {})),
                    _connector="OR",
                ),
                name="phone_ended_keeps_nothing_said",
            ),
        ),
        migrations.AddField(
            model_name="secureline",
            name="asked",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.assistedpayment",
            ),
        ),
        migrations.AddField(
            model_name="secureline",
            name="call",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="secure_lines",
                to="phone.call",
            ),
        ),
        migrations.AddConstraint(
            model_name="secureline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("outcome", "")),
                    models.Q(
                        ("ended_at__isnull", False),
                        (
                            "outcome__in",
                            [
                                "paid",
                                "waiting",
                                "declined",
                                "refused",
                                "gave_up",
                                "hung_up",
                                "not_reached",
                            ],
                        ),
                    ),
                    _connector="OR",
                ),
                name="secure_ended_somehow",
            ),
        ),
        migrations.AddConstraint(
            model_name="secureline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("call",), name="secure_once_a_call"
            ),
        ),
        migrations.AddConstraint(
            model_name="secureline",
            constraint=models.CheckConstraint(
                condition=models.Q(("return_to", ""), _negated=True), name="secure_leads_back"
            ),
        ),
    ]
