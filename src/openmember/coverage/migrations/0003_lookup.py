from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("coverage", "0002_terminations")]
    operations = [
        migrations.AddIndex(
            model_name="enrollee",
            index=models.Index(fields=["subscriber_number"], name="enrollee_by_number"),
        ),
    ]
