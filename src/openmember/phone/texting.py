"""The receipt as a text message, to the number the call comes from."""

from openmember.directory.queries import get_organisation
from openmember.phone import models
from openmember.phone.prompts import speak
from openmember.phone.types import Call, Said
from openmember.texting.gateway import has_text_sender
from openmember.texting.services import promise_text, reachable
from openmember.ui.formats import dollars


def promise_receipt(row: models.Call, call: Call, caller: str) -> bool:
    """Put the receipt in the outbox. False when no message can reach the number called from."""
    number = reachable(caller) if has_text_sender() else ""
    if not number:
        return False
    values = {"amount_figures": dollars(call.amount_cents), "receipt": call.reference}
    said = speak(Said("text", values), call.language, get_organisation().short_name)
    promise_text(key=f"call:{row.pk}", number=number, body=said.text)
    return True
