from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_cache")]
    # What it calls is STABLE, and only a function that promises no more than its body is inlined.
    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION kernel_audit_digest(kernel_audit_entry) STABLE",
            migrations.RunSQL.noop,
        )
    ]
