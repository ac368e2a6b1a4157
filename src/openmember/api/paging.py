"""Long lists in pages that follow one another whatever is added: a cursor names the last row shown."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.core import signing

from openmember.api.caller import Caller
from openmember.api.problems import Problem

SIZE = 25
MOST = 100
Row = TypeVar("Row")


def cut(
    rows: Sequence[Row], *, limit: int, name: str, caller: Caller, identity: Callable[[Row], int]
) -> tuple[list[Row], str | None]:
    """Return one page of rows that were read one more than `limit`, and the cursor of the next, if any."""
    shown = list(rows[:limit])
    if len(rows) <= limit:
        return shown, None
    return shown, signing.dumps(identity(shown[-1]), salt=_salt(name, caller), compress=True)


def find(cursor: str | None, *, name: str, caller: Caller, get: Callable[[int], Row]) -> Row | None:
    """Return the row a cursor names, read anew for this account. Errors: Problem when it is not one of ours."""
    if cursor is None:
        return None
    try:
        identity: Any = signing.loads(cursor, salt=_salt(name, caller))
        return get(int(identity))
    except (signing.BadSignature, LookupError) as bad:
        raise Problem("not-found") from bad


def _salt(name: str, caller: Caller) -> str:
    return f"openmember.api.cursor:{name}:{caller.user_id}:{caller.client_id}"
