"""Words for cases, their steps and their dates."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from openmember.billing.grace.providers import Notice, Told
from openmember.billing.grace.types import Case, Dated, Regime, Status, Step, Taken

REGIMES: dict[Regime, Promise] = {
    Regime.APTC: _("Federal grace of three months (tax credit)"),
    Regime.STATE: _("Grace by the law of the state"),
    Regime.EMPLOYER: _("Grace by the group contract"),
    Regime.COBRA_FIRST: _("First COBRA payment"),
    Regime.COBRA: _("COBRA grace for one month"),
    Regime.MEDICARE: _("Medicare grace of two months"),
    Regime.BINDER: _("First payment of new coverage"),
}
STATUSES: dict[Status, tuple[Promise, str]] = {
    Status.OPEN: (_("Unpaid"), "caution"),
    Status.CURED: (_("Made good"), "good"),
    Status.TERMINATED: (_("Coverage ended"), "bad"),
    Status.REINSTATED: (_("Reinstated"), "note"),
}
STEPS: dict[Step, Promise] = {
    Step.OPENED: _("Case opened"),
    Step.NOTICED: _("Member told"),
    Step.PENDED: _("Claims wait"),
    Step.WARNED: _("Last warning"),
    Step.SHORTFALL: _("Told of a small shortfall"),
    Step.CURED: _("Made good"),
    Step.PROSPECTIVE: _("Covered from the month that was paid"),
    Step.TERMINATED: _("Coverage ended"),
    Step.REOPENED: _("A payment came back"),
    Step.HELD: _("Held"),
    Step.REINSTATED: _("Reinstated"),
}
DATES: dict[str, Promise] = {
    "notice_by": _("Member must be told by"),
    "pended_from": _("Claims wait from"),
    "warn_on": _("Last warning due"),
    "last_on": _("Last day to pay"),
    "coverage_ends_on": _("Coverage ends, if unpaid, after"),
}


TOLD: dict[Told, Promise] = {
    Told.PENDED: _("Waits, and may be denied"),
    Told.RELEASED: _("Does not wait any more"),
    Told.DENIED: _("Denied: coverage ended before"),
}


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What a provider was told of one claim, in words."""

    label: str
    notice: Notice


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date of a case, and the rule that set it."""

    label: str
    dated: Dated


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step that was taken, in words."""

    label: str
    taken: Taken


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A case as the desk shows it."""

    case: Case
    title: str
    status: str
    tone: str
    until: date
    dates: tuple[DateRow, ...]
    steps: tuple[StepRow, ...]
    notices: tuple[NoticeRow, ...]
    may_end: bool
    may_reinstate: bool


def card(
    case: Case, steps: tuple[Taken, ...], notices: tuple[Notice, ...], until: date, today: date
) -> CaseCard:
    """Return a case in words."""
    status, tone = STATUSES[case.status]
    is_open = case.status is Status.OPEN
    return CaseCard(
        case=case,
        title=str(REGIMES[case.regime]),
        status=str(status),
        tone=tone,
        until=until,
        dates=tuple(
            DateRow(str(label), case.dates[name])
            for name, label in DATES.items()
            if name in case.dates
        ),
        steps=tuple(StepRow(str(STEPS[step.step]), step) for step in steps),
        notices=tuple(NoticeRow(str(TOLD[one.told]), one) for one in notices),
        may_end=is_open and not case.is_automatic and today > until,
        may_reinstate=case.status is Status.TERMINATED,
    )
