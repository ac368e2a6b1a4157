"""Builders of claims for tests: as a remittance leaves them."""

from datetime import date
from itertools import count
from typing import Any

from openmember.claims import models
from openmember.claims.types import ClaimState

_serial = count(1)


def a_claim(member_id: int, account_number: str, *, served_on: date, **facts: Any) -> int:
    """Return the id of a claim that was taken; what is not said is a denied one of $480."""
    serial = next(_serial)
    file = models.RemittanceFile.objects.create(
        sha256=f"{serial:064d}", name="835", actor="test", report={}
    )
    remittance = models.Remittance.objects.create(
        file=file, segment_number=1, control="1", payer="P", payee="Q", trace=f"T{serial}",
        method="CHK", amount_cents=0, produced_on=served_on, taken=True,
    )  # fmt: skip
    said = {
        "status": "4", "charge_cents": 480_00, "paid_cents": 0, "patient_cents": 480_00,
        "is_pharmacy": False, "provider": "Valley Imaging", "state": ClaimState.TAKEN,
        "episode": f"c{serial}", "segment_number": 1, "control": f"c{serial}",
    }  # fmt: skip
    claim = models.Claim.objects.create(
        remittance=remittance, served_on=served_on, member_id=member_id,
        account_number=account_number, **{**said, **facts},
    )  # fmt: skip
    return int(claim.pk)
