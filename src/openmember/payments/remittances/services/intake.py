"""Taking a premium remittance (X12 820): each of its payments is posted whole, or waits for a person."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from openmember.exchange.x12.digests import sha256_of
from openmember.exchange.x12.types import Mismatch, Problem, Severity
from openmember.exchange.x820 import open_820, report_as_dict
from openmember.exchange.x820.types import Entity, Header
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor
from openmember.payments.remittances import models, rules
from openmember.payments.remittances.services.posting import (
    SQL,
    CannotPost,
    list_troubles,
    post_remittance,
)
from openmember.payments.remittances.types import Found, Reason, Taken


class DryRun(Exception):
    """Rolls back a trial."""


def take_820(*, path: Path, actor: Actor, dry_run: bool = False) -> Taken:
    """Read the file once to judge it and once to apply it, in one transaction.

    Shape:  a payment that does not add up, or has a line whose account is not known, posts nothing and
            becomes exceptions with each difference named; the file's other payments are posted.
    Locks:  one remittance file at a time.
    """
    with path.open("rb") as source:
        reading = open_820(source)
        judged = reading.report
    with path.open("rb") as source:
        report = report_as_dict(source)
    problems = judged.problems + refused_usage(report)
    taken = Taken(sha256_of(path), False, False, dry_run, report, problems)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return taken
    try:
        with transaction.atomic():
            fetch_all("SELECT pg_advisory_xact_lock(hashtext('payments_remittances'))")
            if known := models.RemittanceFile.objects.filter(sha256=taken.sha256).first():
                taken.already_taken, taken.accepted = True, bool(known.report["accepted"])
                return taken
            _apply(path, taken, judged.mismatches, actor)
            if dry_run:
                raise DryRun
    except DryRun:
        return taken
    return taken


def refused_usage(report: dict[str, Any]) -> tuple[Problem, ...]:
    """Return the problem of each test interchange where a live system takes none."""
    if settings.ACCEPT_TEST_INTERCHANGES:
        return ()
    message = "ISA15 marks the interchange as a test; this is a live system, which takes none."
    return tuple(
        Problem(1, "ISA", "ISA15", message, "test_interchange")
        for interchange in report["interchanges"]
        if interchange["usage"] == "T"
    )


def _apply(
    path: Path, taken: Taken, mismatches: Iterable[tuple[int, Mismatch]], actor: Actor
) -> None:
    wrong: defaultdict[int, list[Mismatch]] = defaultdict(list)
    for start, mismatch in mismatches:
        wrong[start].append(mismatch)
    file = models.RemittanceFile.objects.create(
        sha256=taken.sha256, name=path.name[:200], actor=str(actor), report={}
    )
    with path.open("rb") as source:
        for header, entities in open_820(source).payments():
            _apply_payment(
                file, header, entities, wrong.get(header.segment_number, []), taken, actor
            )
    taken.accepted = not wrong
    models.RemittanceFile.objects.filter(id=file.id).update(
        report={"accepted": taken.accepted, **asdict(taken.effects)}
    )
    audit.record(
        actor=str(actor), action="remittance.import", sha256=taken.sha256,
        exceptions=len(taken.exceptions), **asdict(taken.effects),
    )  # fmt: skip


def _apply_payment(
    file: models.RemittanceFile,
    header: Header,
    entities: Iterator[Entity],
    wrong: list[Mismatch],
    taken: Taken,
    actor: Actor,
) -> None:
    effects = taken.effects
    remittance_id = _open(file, header)
    lines = _stage(remittance_id, entities)
    before = fetch_one(sql_text(SQL / "posted_before.sql"), {"id": remittance_id})
    if before and before.is_same and not wrong:
        fetch_all("SELECT payments_remit_close(%(id)s, 'repeated')", {"id": remittance_id})
        effects.payments_repeated += 1
        return
    found = _find_troubles(remittance_id, header, wrong, is_reused=before is not None)
    if not found:
        try:
            post_remittance(remittance_id=remittance_id, actor=actor)
        except CannotPost as cannot:
            found = [Found(header.segment_number, Reason.REFUSED, _sentence(cannot))]
    if found:
        keep(file_id=file.id, remittance_id=remittance_id, found=found)
        taken.exceptions += found
        effects.payments_held += 1
    else:
        effects.payments_posted += 1
        effects.lines_posted += lines
        effects.posted_cents += header.amount.cents


def keep(*, file_id: int, remittance_id: int, found: Iterable[Found]) -> None:
    """Keep what holds a payment up, for a person."""
    models.RemittanceException.objects.bulk_create(
        models.RemittanceException(
            file_id=file_id,
            remittance_id=remittance_id,
            position=one.position,
            segment_number=one.segment_number,
            reason=one.reason.value,
            message=one.message,
            differences=list(one.differences),
        )
        for one in found
    )


def _find_troubles(
    remittance_id: int, header: Header, wrong: list[Mismatch], *, is_reused: bool
) -> list[Found]:
    fetch_all("SELECT payments_remit_resolve(%(id)s)", {"id": remittance_id})
    found = rules.payment_troubles(header, wrong)
    if is_reused:
        message = "A payment with this trace (TRN02) was posted before, with other contents."
        found.append(Found(header.segment_number, Reason.TRACE_REUSED, message))
    lines = list_troubles(remittance_id=remittance_id)
    if not wrong:
        return [*found, *lines]
    # Nobody can mend a payment that does not add up line by line: its lines are named with it.
    first, *rest = found
    named = tuple(f"Segment {one.segment_number}: {one.message}" for one in lines)
    differences = (*first.differences, *named)
    return [Found(first.segment_number, first.reason, first.message, differences), *rest]


def _open(file: models.RemittanceFile, header: Header) -> int:
    row = fetch_one(
        "SELECT payments_remit_open(%(file)s, %(segment)s, %(control)s, %(payer)s, %(name)s, %(trace)s,"
        " %(method)s, %(amount)s, %(paid_on)s) AS id",
        {
            "file": file.id,
            "segment": header.segment_number,
            "control": header.control,
            "payer": header.payer_key,
            "name": header.payer.last if header.payer else "",
            "trace": header.trace,
            "method": header.method,
            "amount": header.amount.cents,
            "paid_on": header.paid_on,
        },
    )
    return int(row.id)


def _stage(remittance_id: int, entities: Iterator[Entity]) -> int:
    staged = 0
    with connection.cursor() as cursor, cursor.copy(sql_text(SQL / "stage.sql")) as copy:
        for entity in entities:
            for line in rules.lines_of(entity):
                staged += 1
                copy.write_row(
                    (
                        remittance_id, staged, entity.position, line.segment_number, line.kind.value, line.code,
                        line.amount_cents, line.billed_cents, line.period_on, line.period_until,
                        line.bill_id, list(line.numbers), line.last_name, line.first_name,
                    )
                )  # fmt: skip
    return staged


def _sentence(refused: Exception) -> str:
    text = str(refused)
    return f"{text[:1].upper()}{text[1:]}."
