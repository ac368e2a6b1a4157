"""Who may look at how disputes went, and at which: the values every statement of a period takes."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.timezone import get_default_timezone

from openmember.cases.work.queries import queue_reader, regions_of
from openmember.cases.work.types import Filter
from openmember.grievances.oversight.types import Asked
from openmember.kernel.audit import services as audit
from openmember.members.types import Actor, Scope

SQL = Path(__file__).parent / "sql"


def opened(asked: Asked, *, what: str, actor: Actor) -> dict[str, Any]:
    """Return what statements are asked with, once the look is recorded. Errors: NotAllowed.

    Shape:  days are the organisation's; whoever works for some regions sees the disputes of those.
    """
    actor.require(Scope.OVERSEE)
    reader = queue_reader(actor=actor)
    values: dict[str, Any] = {
        "since": moment_of(asked.since),
        "until": moment_of(asked.until + timedelta(days=1)),
        "law": asked.law.value if asked.law else None,
        "place": asked.place or None,
        "matter": asked.matter.value if asked.matter else None,
        "everywhere": not reader.regions,
        "regions": regions_of(Filter(), reader),
        "zone": str(get_default_timezone()),
    }
    told = {name: values[name] for name in ("law", "place", "matter") if values[name]}
    audit.record(
        actor=str(actor), action=f"oversight.{what}", since=asked.since.isoformat(),
        until=asked.until.isoformat(), **told,
    )  # fmt: skip
    return values


def moment_of(day: Any) -> datetime:
    """Return when a day begins for the organisation."""
    return datetime.combine(day, time(), get_default_timezone()).astimezone(UTC)
