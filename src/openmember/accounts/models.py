"""Accounts, for reading. The database functions in the migration write them."""

from django.db import models


class Account(models.Model):
    """One permanent number and the member who answers for its bills."""

    number = models.CharField(max_length=12, primary_key=True)
    origin = models.TextField()
    holder = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_column="merged_into"
    )
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "accounts_account"


class AccountPerson(models.Model):
    """Someone on the account: the holder, a spouse, a child."""

    pk = models.CompositePrimaryKey("account_number", "member_id")
    account_number = models.CharField(max_length=12)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    relationship = models.TextField()

    class Meta:
        managed = False
        db_table = "accounts_person"
