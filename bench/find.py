"""The desk's search by every key, names misheard included, among members with names as people have them.

python -m bench.find 1000000 200    # members, looks for each key: prints what was measured, as JSON
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from random import Random
from statistics import median, quantiles
from typing import Any

import django

from bench.database import environment, filled
from bench.plan import Plan
from bench.report import Bar, Report

LOOKS_A_SECOND = 25
FILL = {
    "people": "members_member",
    "accounts": "accounts_account",
    "persons": "accounts_person",
    "words": "members_name_word",
    "cases": "cases_case",
}
MOST_MS = 50.0


def run(plan: Plan) -> Report:
    database = filled(plan.server_url, plan.accounts, plan.tell, fill=FILL, kind="find_")
    looks = plan.seconds * LOOKS_A_SECOND
    words = [sys.executable, "-m", "bench.find", str(database.accounts), str(looks)]
    done = subprocess.run(
        words, env=environment(database), check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return Report(
        "find",
        figures={
            **{f"{key}, ms": one["median"] for key, one in found["keys"].items()},
            **{f"{key}, ms, 95 of 100": one["p95"] for key, one in found["keys"].items()},
        },
        bars=[
            *(
                Bar(f"{key}, ms", one["median"], MOST_MS, at_most=True)
                for key, one in found["keys"].items()
            ),
            Bar("misheard names that were found", found["found"], 0.95),
        ],
    )


def main(members: int, looks: int) -> None:
    django.setup()
    from openmember.cases.numbers import case_number
    from openmember.desk.find.results import look_up
    from openmember.kernel.sql import fetch_all
    from openmember.members.types import Actor, Role

    random, actor = Random(1), Actor("staff", 0, roles=frozenset({Role.SUPERVISOR}))
    rows = fetch_all(
        "SELECT m.*, a.number FROM members_member m JOIN accounts_account a ON a.holder_id = m.id"
        " WHERE m.id = ANY (%(ids)s)",
        {"ids": random.sample(range(1, members + 1), min(looks, members))},
    )
    random.shuffle(rows)
    known = case_number(1, 2026)
    fetch_all(
        "INSERT INTO cases_case (number, category, team, topic, priority, status, subject, channel, opened_at,"
        " opened_by, member_id) SELECT %(number)s, category, team, topic, priority, status, subject, channel,"
        " opened_at, opened_by, member_id FROM cases_case LIMIT 1 ON CONFLICT DO NOTHING",
        {"number": known},
    )
    keys: dict[str, Callable[[Any], str]] = {
        "number": lambda row: row.number,
        "MRN": lambda row: row.mrn,
        "phone": lambda row: row.phone,
        "case": lambda row: known,
        "name and birth date": lambda row: f"{row.last_name} {row.birth_on}",
        "name and birth date, misheard": lambda row: (
            f"{_slipped(row.last_name, random)} {row.birth_on}"
        ),
        "whole name": lambda row: f"{row.first_name} {row.last_name}",
        "whole name, misheard": lambda row: f"{row.first_name} {_slipped(row.last_name, random)}",
    }
    measured: dict[str, Any] = {}
    hits: list[bool] = []
    for key, text_of in keys.items():
        took = []
        for row in rows:
            text = text_of(row)
            started = time.perf_counter()
            found = look_up(text, actor=actor)
            took.append((time.perf_counter() - started) * 1000)
            if key == "name and birth date, misheard":
                hits.append(row.id in found.member_ids)
        measured[key] = {"median": median(took), "p95": quantiles(took, n=20)[-1]}
    print(json.dumps({"keys": measured, "found": sum(hits) / len(hits)}))


def _slipped(name: str, random: Random) -> str:
    """Return a name with one letter left out, or two swapped; a short one as it is."""
    if len(name) < 4:
        return name
    at = random.randrange(1, len(name) - 1)
    if random.random() < 0.5:
        return name[:at] + name[at + 1 :]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
