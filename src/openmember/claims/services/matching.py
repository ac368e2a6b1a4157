"""Finding whose claims are, many at once."""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from openmember.claims import rules
from openmember.claims.types import Matched, Reason
from openmember.exchange.x835.types import Claim
from openmember.kernel.sql import fetch_all, sql_text

SQL = Path(__file__).parents[1] / "sql"
_NOT_A_LETTER = re.compile(r"[\W_]+")


def match_claims(claims: Sequence[Claim]) -> list[Matched | Reason]:
    """Return for each claim whose it is, or why nobody can say so without guessing."""
    wanted, visits = [], []
    for place, claim in enumerate(claims):
        patient = rules.patient_of(claim)
        name = (fold(patient.last), fold(patient.first))
        wanted += [(place, number, *name) for number in rules.numbers_of(claim)]
        visits.append((place, claim.control, *name))
    rows = fetch_all(
        sql_text(SQL / "match.sql"), {"claims": json.dumps(wanted), "visits": json.dumps(visits)}
    )
    candidates: defaultdict[int, list[rules.Candidate]] = defaultdict(list)
    for row in rows:
        found = rules.Candidate(row.account_number, row.member_id, row.agrees, row.visit)
        candidates[row.place].append(found)
    return [rules.match(candidates[place]) for place in range(len(claims))]


def fold(name: str) -> str:
    """Return a name as names are compared: letters and digits only, in lower case."""
    return _NOT_A_LETTER.sub("", name).lower()
