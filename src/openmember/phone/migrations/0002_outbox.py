from django.db import migrations

# What waited stays promised: messages not sent yet move to the outbox every room writes to.
MOVE = """
INSERT INTO texting_textmessage (key, number, body, asked_at, tries)
SELECT 'call:' || call_id, number, body, asked_at, tries FROM phone_textmessage
WHERE sent_at IS NULL AND number <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("phone", "0001_calls"), ("texting", "0001_outbox")]
    operations = [
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        migrations.DeleteModel(name="TextMessage"),
    ]
