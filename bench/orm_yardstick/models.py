"""Tables as one would first write them."""

from django.db import models


class Account(models.Model):
    number = models.CharField(max_length=12, unique=True)


class Balance(models.Model):
    account = models.OneToOneField(Account, models.CASCADE)
    receivable_cents = models.BigIntegerField()
    credit_cents = models.BigIntegerField(default=0)


class Bill(models.Model):
    account = models.ForeignKey(Account, models.CASCADE)
    line = models.CharField(max_length=8)
    due_on = models.DateField()
    amount_cents = models.BigIntegerField()
    open_cents = models.BigIntegerField()


class Payment(models.Model):
    account = models.ForeignKey(Account, models.CASCADE)
    key = models.CharField(max_length=200)
    amount_cents = models.BigIntegerField()
    effective_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="yardstick_key")]


class Allocation(models.Model):
    payment = models.ForeignKey(Payment, models.CASCADE)
    bill = models.ForeignKey(Bill, models.CASCADE)
    amount_cents = models.BigIntegerField()


class Entry(models.Model):
    """Half of a double entry."""

    account = models.ForeignKey(Account, models.CASCADE)
    payment = models.ForeignKey(Payment, models.CASCADE)
    code = models.IntegerField()
    debit_cents = models.BigIntegerField(default=0)
    credit_cents = models.BigIntegerField(default=0)
