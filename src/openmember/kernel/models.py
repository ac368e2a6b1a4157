"""The audit log and its chain. Rows are written by `audit.record` and by nothing else."""

from django.db import models


class AuditEntry(models.Model):
    """One thing someone read or did. The database refuses to change or delete it."""

    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    account_number = models.CharField(max_length=12, null=True)
    member_id = models.BigIntegerField(null=True)
    detail = models.JSONField()
    # Made by the database from the other columns; never sent.
    digest = models.BinaryField()

    class Meta:
        managed = False
        db_table = "kernel_audit_entry"


class AuditLink(models.Model):
    """An entry's place in the chain; its hash covers the entry and every link before it."""

    position = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="link")
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "kernel_audit_link"
