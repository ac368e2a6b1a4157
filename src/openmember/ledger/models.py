"""The ledger's tables, for reading. The database functions in the migrations write them."""

from django.db import models


class Transfer(models.Model):
    """One balanced movement; partitioned by month of `effective_on`."""

    pk = models.CompositePrimaryKey("account_number", "effective_on", "id")
    account_number = models.CharField(max_length=12)
    effective_on = models.DateField()
    id = models.BigIntegerField()
    debit = models.SmallIntegerField()
    credit = models.SmallIntegerField()
    amount_cents = models.BigIntegerField()
    kind = models.TextField()
    reference = models.TextField()
    reverses = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "ledger_transfer"


class Balance(models.Model):
    """What an account owes and is owed; changed only by the transfers that cause it."""

    account_number = models.CharField(max_length=12, primary_key=True)
    premium_cents = models.BigIntegerField()
    medical_cents = models.BigIntegerField()
    pharmacy_cents = models.BigIntegerField()
    credit_cents = models.BigIntegerField()
    refunds_cents = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "ledger_balance"
