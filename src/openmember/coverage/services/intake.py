"""Taking an 834 file whole or not at all."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.utils import IntegrityError

from openmember.coverage import models
from openmember.coverage.rules import Cannot, end
from openmember.coverage.services.apply import Applier, list_spans
from openmember.coverage.types import CoverageType, Effects, NotApplied
from openmember.exchange.x12.types import Problem
from openmember.exchange.x834 import open_834, report_as_dict
from openmember.exchange.x834.types import Header, MemberInstruction
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor

# BGN08. 2 changes what is known; 4 is a full file to compare with; RX is a full file to go by.
VERIFY, REPLACE = "4", "RX"
_BLOCK = 1 << 20


class DryRun(Exception):
    """Rolls back a trial."""


@dataclass(slots=True)
class Taken:
    """What became of a file. `accepted` is False when it was refused whole; `problems` says why."""

    sha256: str
    accepted: bool
    already_taken: bool
    dry_run: bool
    interchanges: list[dict[str, Any]]
    problems: tuple[Problem, ...]
    effects: Effects = field(default_factory=Effects)


def take_834(
    *,
    path: Path,
    actor: Actor,
    coverage_type: CoverageType = CoverageType.EMPLOYER,
    dry_run: bool = False,
    end_missing_on: date | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Taken:
    """Read the file once to judge it and once to apply it, in one transaction.

    Shape:  `coverage_type` is that of a sponsor never seen before. `end_missing_on` ends, after that
            day, the coverage of those a full file (BGN08 RX) does not name; without it they are counted.
    Locks:  one enrolment file at a time.
    """
    sha256 = _hash(path)
    with path.open("rb") as source:
        reading = open_834(source)
        report = reading.report
    with path.open("rb") as source:
        # Of a large file the report lists no single member.
        interchanges = report_as_dict(source, detail=report.totals.members <= 1000)["interchanges"]
    problems = report.problems + _refused_usage(interchanges)
    taken = Taken(sha256, False, False, dry_run, interchanges, problems)
    if any(problem.severity == "error" for problem in problems):
        return taken
    taken.accepted = True
    try:
        with transaction.atomic():
            _one_at_a_time()
            if models.EnrolmentFile.objects.filter(sha256=sha256).exists():
                taken.already_taken = True
                return taken
            _apply_file(path, taken, actor, coverage_type, end_missing_on, progress)
            if dry_run:
                raise DryRun
    except DryRun:
        return taken
    return taken


def _apply_file(
    path: Path,
    taken: Taken,
    actor: Actor,
    coverage_type: CoverageType,
    end_missing_on: date | None,
    progress: Callable[[int], None],
) -> None:
    file = models.EnrolmentFile.objects.create(sha256=taken.sha256, actor=str(actor), report={})
    applier: Applier | None = None
    header: Header | None = None
    with path.open("rb") as source:
        for done, instruction in enumerate(open_834(source), start=1):
            if applier is None or instruction.header is not header:
                _finish(applier, header, taken.effects, end_missing_on)
                header = instruction.header
                applier = Applier(_sponsor(header, coverage_type), taken.effects, actor)
            _apply_one(file, applier, instruction)
            progress(done)
    _finish(applier, header, taken.effects, end_missing_on)
    effects = asdict(taken.effects)
    models.EnrolmentFile.objects.filter(id=file.id).update(report=effects)
    counts: dict[str, Any] = {
        name: value for name, value in effects.items() if isinstance(value, int)
    }
    audit.record(actor=str(actor), action="enrolment.import", sha256=taken.sha256, **counts)


def _apply_one(
    file: models.EnrolmentFile, applier: Applier, instruction: MemberInstruction
) -> None:
    """Apply one instruction, or keep it for a person with nothing of it done."""
    verify = instruction.header.action == VERIFY
    before = asdict(applier.effects)
    try:
        with transaction.atomic():
            applier.apply(instruction)
            if verify and (changed := _changed(before, asdict(applier.effects))):
                _restore(applier.effects, before)
                where = f"segment {instruction.segment_number}"
                applier.effects.differences.append(f"{where}: {', '.join(changed)}")
                raise DryRun
    except DryRun:
        return
    except Cannot as cannot:
        _restore(applier.effects, before)
        _keep(
            file,
            applier,
            instruction,
            NotApplied(instruction.segment_number, cannot.reason, cannot.message),
        )
    except IntegrityError:
        # The database's own guard: spans of one line never overlap, subscribers are unique.
        _restore(applier.effects, before)
        message = "It contradicts what is known of the member."
        _keep(
            file,
            applier,
            instruction,
            NotApplied(instruction.segment_number, "contradiction", message),
        )


def _keep(
    file: models.EnrolmentFile,
    applier: Applier,
    instruction: MemberInstruction,
    not_applied: NotApplied,
) -> None:
    applier.effects.not_applied.append(not_applied)
    models.EnrolmentException.objects.create(
        file=file,
        segment_number=not_applied.segment_number,
        reason=not_applied.reason,
        message=not_applied.message,
        instruction=_storable(instruction),
    )


def _finish(
    applier: Applier | None, header: Header | None, effects: Effects, end_missing_on: date | None
) -> None:
    """After a full file, deal with those it does not name."""
    if applier is None or header is None or header.action not in {VERIFY, REPLACE}:
        return
    missing = models.Enrollee.objects.filter(sponsor=applier.sponsor).exclude(id__in=applier.seen)
    for enrollee in missing.iterator():
        open_spans = [span for span in list_spans(enrollee) if span.ends_on is None]
        if not open_spans:
            continue
        effects.missing_from_file += 1
        if header.action == REPLACE and end_missing_on:
            applier.write(enrollee, end(tuple(open_spans), None, end_missing_on))


def _sponsor(header: Header, coverage_type: CoverageType) -> models.Sponsor:
    said = header.organization("P5")
    identifier = f"{said.id_qualifier}:{said.id_value}" if said else "none"
    sponsor, _ = models.Sponsor.objects.get_or_create(
        identifier=identifier,
        defaults={"name": said.name if said else "", "coverage_type": coverage_type.value},
    )
    return sponsor


def _refused_usage(interchanges: list[dict[str, Any]]) -> tuple[Problem, ...]:
    if settings.ACCEPT_TEST_INTERCHANGES:
        return ()
    message = "ISA15 marks the interchange as a test; this is a live system, which takes none."
    return tuple(
        Problem(1, "ISA", "ISA15", message, "test_interchange")
        for interchange in interchanges
        if interchange["usage"] == "T"
    )


def _storable(instruction: MemberInstruction) -> dict[str, Any]:
    """Return the instruction as JSON holds it, without Social Security numbers."""
    said = asdict(instruction)
    for party in (said["person"], said["prior"], *said["parties"]):
        if party and party["id_qualifier"] in {"34", "SY"}:
            party["id_value"] = ""
    return _plain(said)  # type: ignore[no-any-return]  # a dictionary stays one


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [
        name.replace("_", " ")
        for name, value in after.items()
        if isinstance(value, int) and value != before[name] and name != "unchanged"
    ]


def _restore(effects: Effects, before: dict[str, Any]) -> None:
    for name, value in before.items():
        if isinstance(value, int):
            setattr(effects, name, value)


def _one_at_a_time() -> None:
    fetch_all("SELECT pg_advisory_xact_lock(hashtext('coverage_intake'))")


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
