"""The receipt as a text message, to the number the call comes from."""

import phonenumbers
from django.conf import settings

from openmember.directory.queries import get_organisation
from openmember.phone import models, services
from openmember.phone.prompts import speak
from openmember.phone.types import Call, Said
from openmember.ui.formats import dollars


def promise_receipt(row: models.Call, call: Call, caller: str) -> bool:
    """Put the receipt in the outbox. False when no message can reach the number called from."""
    number = _reachable(caller) if settings.PHONE_TEXT_SENDER else ""
    if not number:
        return False
    values = {"amount_figures": dollars(call.amount_cents), "receipt": call.reference}
    said = speak(Said("text", values), call.language, get_organisation().short_name)
    services.promise_text(row=row, number=number, body=said.text)
    return True


def _reachable(caller: str) -> str:
    """Return a number of this country as a carrier dials it, or nothing: withheld numbers are not valid."""
    try:
        number = phonenumbers.parse(caller, "US")
    except phonenumbers.NumberParseException:
        return ""
    is_ours = number.country_code == 1 and phonenumbers.is_valid_number(number)
    return (
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if is_ours else ""
    )
