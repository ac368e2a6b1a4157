"""`openmember route`: whom to contact about a need, and how well needs are understood."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from openmember.cli.batch import Batch, either, run_batch
from openmember.cli.database import set_up_django
from openmember.cli.output import Json, Refusal, answer, finish, line, table
from openmember.config.environment import Environment

if TYPE_CHECKING:
    from openmember.directory.routing.types import Answer, Routing, Waits

app = typer.Typer(
    invoke_without_command=True,
    help="Say whom to contact about a need, the best first, with why.",
)
NeedText = Annotated[str | None, typer.Option("--need", help="What somebody says they need.")]
RegionCode = Annotated[
    str | None, typer.Option("--region", help="A region's code, a state, or a ZIP code.")
]
Language = Annotated[str, typer.Option(help="en, es or zh-hant.")]
Relay = Annotated[bool, typer.Option("--relay", help="The caller uses TTY or a relay service.")]
At = Annotated[
    str | None, typer.Option("--at", help="When, as 2026-12-01T08:30-08:00; without, now.")
]
Outside = Annotated[
    Path | None,
    typer.Option(help="A folder of CSV files with text and intent, to look at as well."),
]
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
COLUMNS = ("region", "language", "relay", "at")
RESULTS = (
    "team", "kind", "number", "open", "opens_at", "online", "reason", "confidence", "question",
    "red_flag",
)  # fmt: skip


@app.callback()
def route(
    context: typer.Context,
    need: NeedText = None,
    region: RegionCode = None,
    language: Language = "en",
    relay: Relay = False,
    at: At = None,
    batch: Batch = None,
    as_json: Json = False,
) -> None:
    """Say whom to contact about a need, the best first, with why."""
    if context.invoked_subcommand:
        return
    set_up_django()
    if either(batch, need=need) and batch:
        run_batch(batch, required=["need"], optional=COLUMNS, results=RESULTS, answer=_of_row)
        return
    found = _route(need or "", region or "", language, relay, at or "", with_waits=True)
    result = told(found)
    answer(result, as_json=as_json, otherwise=lambda: _tell(result))


@app.command()
def evaluate(outside: Outside = None, as_json: Json = False) -> None:
    """Measure how well needs are understood, and red flags found, on texts not used for building."""
    set_up_django()
    from openmember.directory.understanding.evaluation import evaluate as measure

    result = measure(outside)
    answer(result, as_json=as_json, otherwise=lambda: _tables(result))


@app.command()
def stopped(as_json: Json = False) -> None:
    """List the utterances the model is built from that a red flag stops, false alarms among them."""
    set_up_django()
    from openmember.directory.reading import folder
    from openmember.directory.understanding.review import list_stopped
    from openmember.directory.understanding.training import read_utterances

    rows = list_stopped(read_utterances(folder() / "utterances"))
    answer({"stopped": rows}, as_json=as_json, otherwise=lambda: _stopped(rows))


def _stopped(rows: list[dict[str, str]]) -> None:
    table(list(rows[0]), [list(row.values()) for row in rows], title=f"{len(rows)} stopped")


def told(found: "Routing") -> dict[str, Any]:
    """Return a routing as an object that other programs may rely on."""
    understood = found.understanding
    return {
        "team": found.team or None,
        "region": found.region or None,
        "answers": [_answer(one) for one in found.answers],
        "online": list(found.online),
        "notes": [str(note) for note in found.notes],
        "best_times": [
            {"weekday": one.weekday, "hour": one.hour, "wait_seconds": one.seconds}
            for one in found.best
        ],
        "best_times_measured": bool(found.best),
        "red_flag": found.finding.code if found.finding else None,
        "red_flag_kind": str(found.finding.kind) if found.finding else None,
        "red_flag_words": found.finding.phrase if found.finding else None,
        "confidence": round(understood.guesses[0].probability, 3) if understood else None,
        "because_of": list(understood.words) if understood else [],
        "question": found.question or None,
        "choices": list(found.choices),
    }


def _answer(one: "Answer") -> dict[str, Any]:
    return {
        "kind": str(one.kind),
        "team": one.team or None,
        "region": one.region or None,
        "line": one.line or None,
        "number": one.number.display if one.number else None,
        "dial": one.number.dial if one.number else None,
        "open": one.opening.is_open,
        "until": one.opening.until,
        "opens_at": one.opening.opens_at,
        "usual_hours": one.opening.usual,
        "wait_seconds": one.wait_seconds,
        "reasons": [str(reason) for reason in one.reasons],
    }


def _of_row(row: dict[str, str]) -> dict[str, object]:
    relay = row.get("relay", "").strip().lower() in {"yes", "true", "1"}
    language = row.get("language") or "en"
    result = told(_route(row["need"], row.get("region", ""), language, relay, row.get("at", "")))
    first = result["answers"][0]
    return {
        "team": result["team"] or "",
        **{name: first[name] for name in ("kind", "number", "open", "opens_at")},
        "online": " ".join(result["online"]),
        "reason": " ".join(first["reasons"]),
        "confidence": result["confidence"],
        "question": result["question"] or "",
        "red_flag": result["red_flag"] or "",
    }


def _route(
    need: str, region: str, language: str, relay: bool, at: str, *, with_waits: bool = False
) -> "Routing":
    from django.utils import translation

    from openmember.directory.queries import zone_of
    from openmember.directory.routing.routing import route as run
    from openmember.directory.routing.types import Need

    code, area = _place(region)
    moment = _moment(at, zone_of(region=code))
    with translation.override(language):
        return run(
            Need(
                moment=moment,
                text=need,
                region=code,
                area=area,
                language=language,
                is_relay=relay,
                is_region_verified=False,
                waits=_waits(code) if with_waits else None,
            )
        )


def _waits(region: str) -> "Waits | None":
    """Return the waits measured of late; None, and so advice, where no database is named or answers."""
    if not Environment.read().database_url:
        return None
    from django.db import Error

    from openmember.directory.routing.types import Waits
    from openmember.phone.queries import measured_waits

    try:
        measured = measured_waits(region=region, now=datetime.now(UTC))
    except Error:
        return None
    return Waits(measured) if measured else None


def _place(said: str) -> tuple[str, str]:
    """Return the region and area somebody names. Errors: Refusal."""
    from openmember.directory.queries import (
        find_place,
        find_region,
        find_region_of_state,
        get_organisation,
    )

    said = said.strip()
    named = [one for one in get_organisation().regions if one.name.lower() == said.lower()]
    found = find_region(code=said.lower()) or find_region_of_state(state=said.upper())
    if not said or found or named:
        return (found or named[0]).code if said else "", ""
    if said[:1].isdigit() and (place := find_place(zip_code=said)):
        return place.region, place.area
    known = ", ".join(one.code for one in get_organisation().regions)
    raise Refusal(f"There is no region {said}. Give one of {known}, a state, or a ZIP code.")


def _moment(said: str, zone: ZoneInfo) -> datetime:
    if not said:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as wrong:
        raise Refusal(f"{said} is no moment: write 2026-12-01T08:30-08:00.") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _tell(result: dict[str, Any]) -> None:
    for place, one in enumerate(result["answers"], start=1):
        when = "open now" if one["open"] else f"opens {one['opens_at']:%a %b %d, %H:%M %Z}"
        who = one["team"] or one["kind"]
        wait = f", about {one['wait_seconds']} s to wait" if one["wait_seconds"] is not None else ""
        reasons = ", ".join(one["reasons"])
        line(f"{place}. {one['number'] or one['kind']} ({who}): {when}{wait}; {reasons}")
    if result["question"]:
        line(f"Ask: {result['question']} ({', '.join(result['choices'])})")
    elif result["confidence"] is not None:
        words = ", ".join(result["because_of"])
        line(f"Understood as {result['team']} ({result['confidence']:.0%}): {words}")
    if result["online"]:
        line(f"Online: {', '.join(result['online'])}")
    for one in result["best_times"]:
        line(f"Short wait: {DAYS[one['weekday']]} {one['hour']:02d}:00, {one['wait_seconds']} s")
    if not result["best_times_measured"]:
        line("Best times: early morning, Tuesday to Thursday (advice; no waits were measured)")


def _tables(result: dict[str, Any]) -> None:
    for name in ("languages", "teams", "nobodys", "safety", "outside"):
        rows = result[name]
        if not rows:
            continue
        table(list(rows[0]), [list(row.values()) for row in rows], title=name)
    finish(ok=result["red_flags_missed"] == 0)
