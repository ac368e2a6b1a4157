"""The dates in a letter: each from a clock of the standing, with its rule, its start and its law."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from openmember.grievances.due import Began, running
from openmember.grievances.explaining import due_words, why_of
from openmember.grievances.steps import rules_for
from openmember.grievances.types import Running, Standing, Step
from openmember.grievances.words import LEVELS

Dated = dict[str, object]
_SHOWN = ("until", "rule", "start", "law", "extension", "pauses")
# A day that somebody gave where no law counts one.
NO_LAW: Dated = {"rule": "", "start": "", "law": "", "extension": "", "pauses": [], "title": ""}


def dated(one: Running | None, standing: Standing) -> Dated | None:
    """Return a date as a letter says it, in the language of the moment; None where there is none."""
    if one is None or one.due_at is None:
        return None
    why = why_of(one, zone=standing.zone)
    return {
        "until": due_words(one, standing.zone),
        # A case goes on by the very day its decision was due: there is nothing to count.
        "rule": why.rule if one.governs.clock.length else _("by the day the decision was due"),
        "start": why.start,
        "law": why.citation,
        "extension": why.extension,
        "pauses": list(why.pauses),
        "firm": one.is_firm,
        "title": _title(one),
    }


def here(standing: Standing, step: Step) -> Running | None:
    """Return the clock of a step at the level where the dispute is."""
    found = (one for one in standing.clocks if one.step is step and one.visit == standing.visit)
    return next(found, None)


def would_run(standing: Standing, step: Step, *, at: datetime, notice_on: date) -> Running | None:
    """Return the clock of a right that begins with a letter, such as to have a dismissal reviewed."""
    rules = rules_for(standing.track, standing.level, step, standing.speed)
    # An answer has its time from the moment it is asked for; what a letter begins, from the letter.
    began = Began(at.astimezone(UTC), None if step is Step.SUPPLY else notice_on)
    return running(
        visit=standing.visit, level=standing.level, step=step, rules=[(rule, began) for rule in rules],
        zone=standing.zone,
    )  # fmt: skip


def sources(found: Iterable[Dated | None]) -> list[dict[str, object]]:
    """Return the rules behind the dates of a letter, each once."""
    listed: list[dict[str, object]] = []
    for one in found:
        if one is None or not one["rule"]:
            continue
        line = {
            "what": one["title"],
            **{name: one[name] for name in _SHOWN},
        }
        if line not in listed:
            listed.append(line)
    return listed


def _title(one: Running) -> str:
    level = str(LEVELS[one.level])
    titles = {
        Step.DECIDE: _("Decision (%(level)s)") % {"level": level},
        Step.FILE: _("Last day to ask (%(level)s)") % {"level": level},
        Step.SUPPLY: _("Your answer"),
        Step.EFFECTUATE: _("Carrying it out"),
        Step.FORWARD: _("Sending the case on"),
        Step.PRELIMINARY: _("Checking whether it can be reviewed"),
        Step.DOCUMENTS: _("Sending the file to the reviewers"),
        Step.MORE: _("Sending the reviewers more"),
        Step.VACATE: _("Asking that the dismissal be taken back"),
        Step.UNDISMISS: _("Asking for review of the dismissal"),
        Step.EXPLAIN: _("Explaining why we were late"),
    }
    return titles.get(one.step, "")
