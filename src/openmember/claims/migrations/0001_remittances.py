import django.db.models.deletion
from django.db import migrations, models

from openmember.kernel.sql import run_sql_file


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_models"),
        ("members", "0002_mrn"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChargeFile",
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
            ],
        ),
        migrations.CreateModel(
            name="Remittance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("segment_number", models.IntegerField()),
                ("control", models.CharField(max_length=9)),
                ("payer", models.CharField(max_length=90)),
                ("payer_name", models.CharField(blank=True, max_length=80)),
                ("payee", models.CharField(max_length=90)),
                ("payee_name", models.CharField(blank=True, max_length=80)),
                ("trace", models.CharField(max_length=50)),
                ("method", models.CharField(max_length=3)),
                ("amount_cents", models.BigIntegerField()),
                ("paid_on", models.DateField(null=True)),
                ("produced_on", models.DateField(null=True)),
                ("taken", models.BooleanField()),
            ],
        ),
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
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("segment_number", models.IntegerField()),
                ("control", models.CharField(max_length=50)),
                ("payer_control", models.CharField(blank=True, max_length=50)),
                ("status", models.CharField(max_length=2)),
                ("charge_cents", models.BigIntegerField()),
                ("paid_cents", models.BigIntegerField()),
                ("patient_cents", models.BigIntegerField()),
                ("is_pharmacy", models.BooleanField()),
                ("provider", models.CharField(blank=True, max_length=80)),
                ("served_on", models.DateField(null=True)),
                ("remarks", models.JSONField(default=list)),
                ("patient", models.JSONField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("taken", "taken"),
                            ("not_asked", "not_asked"),
                            ("waiting", "waiting"),
                            ("set_aside", "set_aside"),
                        ],
                        max_length=9,
                    ),
                ),
                ("account_number", models.CharField(blank=True, max_length=12)),
                ("episode", models.CharField(blank=True, max_length=200)),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
                (
                    "remittance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="claims.remittance",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="remittance",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="remittances",
                to="claims.remittancefile",
            ),
        ),
        migrations.CreateModel(
            name="ClaimException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("segment_number", models.IntegerField()),
                ("reason", models.CharField(max_length=40)),
                ("message", models.TextField()),
                ("differences", models.JSONField(default=list)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("resolved_by", models.TextField(blank=True)),
                ("note", models.TextField(blank=True)),
                (
                    "claim",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="claims.claim",
                    ),
                ),
                (
                    "remittance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="claims.remittance",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exceptions",
                        to="claims.remittancefile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField()),
                ("qualifier", models.CharField(max_length=10)),
                ("code", models.CharField(blank=True, max_length=48)),
                ("modifiers", models.JSONField(default=list)),
                ("revenue_code", models.CharField(blank=True, max_length=48)),
                ("units", models.CharField(blank=True, max_length=15)),
                ("charge_cents", models.BigIntegerField()),
                ("paid_cents", models.BigIntegerField()),
                ("served_on", models.DateField(null=True)),
                ("remarks", models.JSONField(default=list)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="claims.claim",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.CharField(max_length=2)),
                ("reason", models.CharField(max_length=5)),
                ("amount_cents", models.BigIntegerField()),
                ("quantity", models.CharField(blank=True, max_length=15)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="claims.claim",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="adjustments",
                        to="claims.service",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_number", models.CharField(max_length=12)),
                ("number", models.CharField(max_length=38)),
                (
                    "kind",
                    models.CharField(
                        choices=[("visit", "visit"), ("dispensing", "dispensing")], max_length=10
                    ),
                ),
                ("served_on", models.DateField()),
                ("episode", models.CharField(max_length=200)),
                ("provider", models.CharField(blank=True, max_length=80)),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="claims.chargefile",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.member",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VisitLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField()),
                ("description", models.CharField(max_length=120)),
                ("amount_cents", models.BigIntegerField()),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="claims.visit",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                fields=["account_number", "episode"], name="claims_claim_of_account"
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["payer_control"], name="claims_claim_by_payer_control"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["taken", "not_asked"]), _negated=True),
                    models.Q(
                        models.Q(("account_number", ""), _negated=True),
                        models.Q(("episode", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="claims_claim_taken_has_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="remittance",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken", True)),
                fields=("payer", "trace"),
                name="claims_remittance_once",
            ),
        ),
        migrations.AddIndex(
            model_name="claimexception",
            index=models.Index(
                condition=models.Q(("resolved_at", None)),
                fields=["opened_at"],
                name="claims_exception_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.UniqueConstraint(
                fields=("claim", "position"), name="claims_service_once"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(fields=["number"], name="claims_visit_by_number"),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(
                fields=("account_number", "number"), name="claims_visit_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="visitline",
            constraint=models.UniqueConstraint(
                fields=("visit", "position"), name="claims_visit_line_once"
            ),
        ),
        run_sql_file(__file__, "0001_remittances.sql"),
    ]
