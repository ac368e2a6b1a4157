from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_models")]
    operations = [
        # What Django's DatabaseCache expects. Not logged: after a crash the counts begin anew.
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE kernel_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX kernel_cache_by_expiry ON kernel_cache (expires);
            """,
            migrations.RunSQL.noop,
        )
    ]
