from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("phone", "0002_outbox")]
    operations = [
        migrations.AddField(
            "call",
            "caller",
            models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField("call", "member_id", models.BigIntegerField(default=0)),
    ]
