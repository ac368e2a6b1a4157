"""A camt file in plain dictionaries, as commands print it."""

from typing import Any

from openmember.exchange.camt.types import CamtFile


def report_as_dict(file: CamtFile) -> dict[str, Any]:
    """Return each statement with its balances and its movements, in cents."""
    return {
        "kind": f"camt.{file.kind}" if file.kind else "",
        "message": file.message,
        "statements": [
            {
                "id": one.id, "account": one.account, "currency": one.currency, "statement_no": one.number,
                "opening_cents": one.opening_cents, "closing_cents": one.closing_cents,
                "closing_on": one.closing_on.isoformat() if one.closing_on else None, "entries": one.entries,
                "movements": [
                    {"on": part.on.isoformat(), "cents": part.amount_cents, "type": part.type_code,
                     "reference": part.reference, "payer": part.payer, "text": part.text}
                    for part in one.movements
                ],
            }
            for one in file.statements
        ],
    }  # fmt: skip
