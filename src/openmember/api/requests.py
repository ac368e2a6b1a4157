"""What every operation is given."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Header, Query
from pydantic import Field

from openmember.api.caller import Caller


class ApiRequest(HttpRequest):
    """A request whose token was found good: `auth` is who is calling."""

    auth: Caller


Cursor = Annotated[
    str | None,
    Query(max_length=400, description="The `next_cursor` of the page before, as it was given."),
]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="A new random text for each thing to be done; the same one to send it again.",
    ),
]
Text = Annotated[str, Field(max_length=400)]
