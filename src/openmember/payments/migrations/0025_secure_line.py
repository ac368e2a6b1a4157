from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0024_disputes"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="assistedpayment",
            name="assisted_way_known",
        ),
        migrations.RemoveConstraint(
            model_name="assistedpayment",
            name="assisted_link_has_its_token",
        ),
        migrations.AlterField(
            model_name="assistedpayment",
            name="sent_to",
            field=models.CharField(blank=True, max_length=254),
        ),
        migrations.AlterField(
            model_name="assistedpayment",
            name="token_digest",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddConstraint(
            model_name="assistedpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "way__in",
                        [
                            "text",
                            "email",
                            "call",
                        ],
                    )
                ),
                name="assisted_way_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="assistedpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("sent_to", ""),
                        ("token_digest", None),
                        ("way", "call"),
                    ),
                    models.Q(
                        models.Q(("way", "call"), _negated=True),
                        models.Q(("sent_to", ""), _negated=True),
                        ("token_digest__isnull", False),
                        models.Q(("token_digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="assisted_link_has_its_token",
            ),
        ),
    ]
