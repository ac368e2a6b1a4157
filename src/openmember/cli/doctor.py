"""`openmember doctor`: what is configured, reachable, overdue, out of balance."""

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass

from openmember.cli.database import database
from openmember.cli.output import Json, answer, finish, line, table
from openmember.config.environment import Environment

LOW_DISK_BYTES = 1024**3
OVERDUE_MINUTES = 10
# A job just put back in the queue after a failure is not late yet.
LATE_JOBS = """
SELECT count(*) FILTER (
         WHERE status = 'todo'
           AND coalesce(scheduled_at, 'epoch') < now() - %(minutes)s * interval '1 minute'
           AND NOT EXISTS (
             SELECT FROM procrastinate_events AS event
             WHERE event.job_id = job.id AND event.at > now() - %(minutes)s * interval '1 minute'
           )
       ),
       count(*) FILTER (WHERE status = 'failed')
FROM procrastinate_jobs AS job WHERE status IN ('todo', 'failed')
"""


@dataclass(frozen=True)
class Check:
    """One thing looked at: well or not, what was found, and what to do when not."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def doctor(as_json: Json = False) -> None:
    """Say what is configured, reachable, overdue and out of balance. Exit 1 if any is wrong."""
    with database(prepare=False):
        checks = examine()
    ok = all(check.ok for check in checks)

    def show() -> None:
        rows = [("ok" if check.ok else "WRONG", check.name, check.found) for check in checks]
        table(["", "what", "found"], rows)
        for check in checks:
            if not check.ok:
                line(f"{check.name}: {check.advice}")

    answer(
        {"ok": ok, "checks": [asdict(check) for check in checks]}, as_json=as_json, otherwise=show
    )
    finish(ok=ok)


def examine() -> list[Check]:
    """Return every check's result. What needs the database is left out when it is not there."""
    checks = [check() for check in ALWAYS]
    reached = check_database()
    checks.append(reached)
    if reached.ok:
        migrated = check_migrations()
        checks.append(migrated)
        if migrated.ok:
            checks.extend(check() for check in WHEN_MIGRATED)
    return checks


def check_settings() -> Check:
    from django.conf import settings

    mail = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    found = (
        f"{os.environ['DJANGO_SETTINGS_MODULE']}, payments by {settings.PAYMENT_GATEWAY}, "
        f"mail by {mail}, site {settings.SITE_URL}"
    )
    return Check("settings", ok=True, found=found)


def check_disk() -> Check:
    home = Environment.read().home
    at = next(folder for folder in (home, *home.parents) if folder.exists())
    free = shutil.disk_usage(at).free
    return Check(
        "disk",
        ok=free > LOW_DISK_BYTES,
        found=f"{free / 1024**3:.1f} GB free at {home}",
        advice=f"free some space on the disk that holds {home}.",
    )


def check_database() -> Check:
    from django.db import connection
    from django.db.utils import DatabaseError

    from openmember.cli.prepare import OLDEST_SERVER, unreachable

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        sentence = unreachable(connection, error)
        return Check("database", ok=False, found="not reachable", advice=sentence)
    version = int(getattr(connection, "pg_version", 0)) // 10000
    settings = connection.settings_dict
    return Check(
        "database",
        ok=version >= OLDEST_SERVER,
        found=f"PostgreSQL {version} at {settings['HOST'] or 'local socket'}:{settings['PORT']}",
        advice=f"use PostgreSQL {OLDEST_SERVER} or newer.",
    )


def check_migrations() -> Check:
    from openmember.cli.prepare import as_owner, pending_migrations

    with as_owner():
        pending = pending_migrations()
    return Check(
        "migrations",
        ok=not pending,
        found=f"{len(pending)} pending" if pending else "all applied",
        advice="run `openmember prepare`.",
    )


def check_jobs() -> Check:
    """Look for jobs that should have run: a sign that no worker is running."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(LATE_JOBS, {"minutes": OVERDUE_MINUTES})
        overdue, failed = cursor.fetchone()
    return Check(
        "jobs",
        ok=not overdue and not failed,
        found=f"{overdue} overdue, {failed} failed",
        advice="see that `openmember serve` (or its worker) runs, and read its messages.",
    )


def check_ledger() -> Check:
    """Ask for the proof `openmember ledger check` prints."""
    from openmember.payments.jobs import check_books

    differences = check_books()
    return Check(
        "ledger",
        ok=not differences,
        found=f"{len(differences)} differences" if differences else "balanced",
        advice="run `openmember ledger check` for each difference.",
    )


def check_refunds() -> Check:
    """Look for refunds a gateway was asked for a day ago and said nothing of: asking again could pay twice."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM payments_refund r JOIN payments_payment p"
            " ON (p.account_number, p.id) = (r.account_number, r.payment_id)"
            " WHERE r.status = 'requested' AND p.gateway <> '' AND r.gateway_reference = ''"
            " AND r.created_at < now() - interval '20 hours'"
        )
        (count,) = cursor.fetchone()
    return Check(
        "refunds",
        ok=not count,
        found=f"{count} unanswered" if count else "none unanswered",
        advice="look each up at the gateway; nobody asks for it again.",
    )


def check_assistance() -> Check:
    """Look at the policy of financial assistance, and at what members send with applications."""
    from django.conf import settings

    from openmember.assistance.policy import BadPolicy, get_policy

    try:
        policy = get_policy()
    except BadPolicy as wrong:
        return Check("assistance", ok=False, found=str(wrong), advice="correct the policy's file.")
    scanned = "scanned" if settings.DOCUMENT_SCAN_COMMAND else "NOT scanned for viruses"
    confirmed = "confirmed" if policy.confirmed else "an EXAMPLE nobody has confirmed"
    # Said and not failed: a demo and a development machine run on the example.
    return Check(
        "assistance", ok=True, found=f"policy {policy.version} ({confirmed}), documents {scanned}"
    )


def check_directory() -> Check:
    """Read the organisation's files, and name what cannot be dialled."""
    from openmember.directory.facilities import list_facilities
    from openmember.directory.facts import list_facts
    from openmember.directory.lines import list_flagged, list_lines
    from openmember.directory.queries import get_organisation
    from openmember.directory.reading import BadDirectory
    from openmember.directory.teams import list_teams

    try:
        regions, lines = get_organisation().regions, list_lines()
        list_teams(), list_facts(), list_facilities()
        flagged = ", ".join(one.code for one in list_flagged()) or "none"
    except BadDirectory as wrong:
        return Check("directory", ok=False, found=str(wrong), advice="correct the file.")
    found = f"{len(regions)} regions, {len(lines)} lines, not callable: {flagged}"
    return Check("directory", ok=True, found=found)


def check_cases() -> Check:
    """Ask for the proof `openmember cases check` prints, up to its first difference."""
    from openmember.cases.proof import list_differences

    first = next(list_differences(), None)
    return Check(
        "cases",
        ok=first is None,
        found=f"{first.number}: {first.what} differs from its log"
        if first
        else "as their logs say",
        advice="run `openmember cases check` for each difference.",
    )


def check_phone() -> Check:
    """Say whether there is a phone line, and with which connector cards are captured."""
    from django.conf import settings

    tokens = len(settings.PHONE_AUTH_TOKENS)
    simulated = ", simulator on" if settings.PHONE_SIMULATOR else ""
    found = f"{tokens} carrier tokens, cards by {settings.PHONE_PAY_CONNECTOR}{simulated}"
    return Check("phone line", ok=True, found=found if tokens else "no line: no carrier token")


def check_texts() -> Check:
    """Look at who carries text messages, and at those that should have gone."""
    from django.conf import settings

    from openmember.texting.queries import get_outbox

    outbox = get_outbox()
    sender = settings.PHONE_TEXT_SENDER or "nobody: no message is promised"
    return Check(
        "text messages",
        ok=not outbox.late and not outbox.given_up,
        found=f"by {sender}, {outbox.late} late, {outbox.given_up} given up in a day",
        advice="see that the worker runs and that the sender's service takes messages.",
    )


def check_links() -> Check:
    """Say by which ways a payment link can go out, and how many are open."""
    from django.conf import settings

    from openmember.payments.assisted.queries import count_open

    ways = ["email", *(["text"] if settings.PHONE_TEXT_SENDER else [])]
    secure = settings.SITE_URL.startswith("https://")
    found = f"by {' and '.join(ways)}, {count_open()} open, at {settings.SITE_URL}"
    return Check(
        "payment links", ok=True, found=found if secure else f"{found} (for trials only: no https)"
    )


# A new check is a function here that returns a Check.
ALWAYS: list[Callable[[], Check]] = [
    check_settings, check_disk, check_directory, check_assistance, check_phone,
]  # fmt: skip
WHEN_MIGRATED: list[Callable[[], Check]] = [
    check_jobs, check_ledger, check_refunds, check_cases, check_texts, check_links,
]  # fmt: skip
