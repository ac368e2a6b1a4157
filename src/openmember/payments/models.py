"""Payments live in tables written by the database functions of the migrations.

`queries.py` reads them with SQL, so Django needs no model of them.
"""

from openmember.payments.ach.models import (  # noqa: F401  found by Django here
    AchAnswerFile,
    AchException,
)
from openmember.payments.assisted.models import AssistedPayment  # noqa: F401  as above
from openmember.payments.autopay.models import Draw, DrawItem, Mandate  # noqa: F401  as above
from openmember.payments.remittances.models import (  # noqa: F401  found by Django here
    RemittanceException,
    RemittanceFile,
)
