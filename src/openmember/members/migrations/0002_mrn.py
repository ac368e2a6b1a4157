from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("members", "0001_people")]
    operations = [
        # Medical record numbers we issue: eight digits, so that none is as long as a bill pay number.
        migrations.RunSQL(
            "CREATE SEQUENCE members_mrn START 20000003 MAXVALUE 999999999",
            migrations.RunSQL.noop,
        )
    ]
