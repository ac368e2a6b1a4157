"""Says what an 834 holds as plain dictionaries, for reports and comparison."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.segments import Source
from openmember.exchange.x12.summaries import file_as_dict
from openmember.exchange.x12.types import Segment, Transaction

from .transactions import TransactionReader
from .types import HealthCoverage, MemberInstruction


def report_as_dict(source: Source, *, detail: bool = True) -> dict[str, Any]:
    """Read an 834 to its end and return it as a dictionary.

    Shape: without `detail`, neither members nor their names and amounts are listed, so that the
    memory needed does not grow with them.
    """
    return file_as_dict(source, partial(_business, detail=detail))


def _business(
    transaction: Transaction, segments: Iterator[Segment], log: ProblemLog, *, detail: bool
) -> dict[str, Any]:
    reader = TransactionReader(transaction, segments, log)
    coverage_types: set[str] = set()
    listed: dict[str, list[Any]] = {"amt": [], "member_names": [], "member_detail": []}
    for member in reader:
        coverage_types.update(coverage.maintenance_type for coverage in member.coverages)
        if detail:
            amounts = (*member.amounts, *(a for c in member.coverages for a in c.amounts))
            listed["amt"] += ({"q": amount.qualifier, "v": amount.text} for amount in amounts)
            listed["member_names"].append(_name(member))
            listed["member_detail"].append(_member(member))
    header, totals = reader.header, reader.totals
    return {
        "members": totals.members,
        "subscribers": totals.subscribers,
        "dependents": totals.dependents,
        "maintenance_types": sorted(totals.by_maintenance_type),
        "hd_coverages": totals.coverages,
        "hd_maintenance": sorted(coverage_types),
        "bgn08_action": [header.action] if header else [],
        "qty": [{"q": q.qualifier, "v": str(q.count)} for q in header.quantities] if header else [],
        **(listed if detail else {}),
    }


def _member(member: MemberInstruction) -> dict[str, Any]:
    demographics = member.person.demographics
    stated = {
        "subscriber_number": member.subscriber_number,
        "group_or_policy": member.group_or_policy,
        "name": _name(member),
        "dob": _compact(demographics.born_on) if demographics else "",
        "gender": demographics.gender if demographics else "",
    }
    return {
        "subscriber": member.is_subscriber,
        "relationship": member.relationship,
        "maintenance": member.maintenance_type,
        "reason": member.maintenance_reason,
        "benefit_status": member.standing.benefit_status,
        "coverages": [_coverage(coverage) for coverage in member.coverages],
        **{name: value for name, value in stated.items() if value},
    }


def _coverage(coverage: HealthCoverage) -> dict[str, str]:
    days = {"begin": _compact(coverage.begins_on), "end": _compact(coverage.ends_on)}
    return {
        "maintenance": coverage.maintenance_type,
        "line": coverage.insurance_line,
        "plan": coverage.plan_description,
        "level": coverage.level,
        **{name: day for name, day in days.items() if day},
    }


def _name(member: MemberInstruction) -> str:
    return f"{member.person.first_name} {member.person.last_name}".strip()


def _compact(day: date | None) -> str:
    return day.isoformat().replace("-", "") if day else ""
