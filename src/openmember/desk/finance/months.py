"""Months: what should be true of one, closing it, opening it again, its reports and its files."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import cast

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.acts import Act, ActForm, ReasonForm
from openmember.desk.finance import words
from openmember.desk.finance.acting import perform
from openmember.desk.finance.charts import chart
from openmember.desk.finance.forms import CloseForm
from openmember.desk.pages import show_desk
from openmember.directory.queries import get_organisation
from openmember.ledger.closing import queries as ledger
from openmember.ledger.closing.services import ask_reopening, drop_reopening, reopen_month
from openmember.members.types import Scope
from openmember.payments.closing import exports, queries
from openmember.payments.closing.services import close_month
from openmember.payments.jobs import office_today
from openmember.ui.formats import day
from openmember.ui.types import Item


@require_safe
@desk_page(Scope.CLOSE_MONTH)
def months(request: DeskRequest, month: str = "") -> HttpResponse:
    """Show one month: what should be true before it is closed, or how it was. `prove` proves the books."""
    shown = ledger.list_months(limit=12)
    first = (
        month_asked(month)
        if month
        else (ledger.find_next_to_close() or office_today().replace(day=1))
    )
    closing = queries.get_closing(
        month=first, today=office_today(), prove=request.GET.get("prove") == "yes"
    )
    values = {
        "closing": closing,
        "state": closing.state,
        "checks": [
            (check, words.TOPICS[check.topic], words.found(check)) for check in closing.checks
        ],
        "month": first,
        "months": shown,
        "asked_by_me": closing.state.reopening is not None
        and closing.state.reopening.actor == str(request.actor),
    }
    return show_desk(request, "desk/finance/months.html", values, place="finance")


@require_safe
@desk_page(Scope.RECONCILE)
def reports(request: DeskRequest, month: str) -> HttpResponse:
    """Show what is reported of a month: kept figures when it is closed, else as they are now."""
    first = month_asked(month)
    found = queries.get_reports(month=first)
    buckets = [
        (label, sum(line.cents_by_bucket[bucket] for line in found.ageing))
        for bucket, label in words.BUCKETS.items()
    ]
    values = {
        "month": first,
        "reports": found,
        "buckets": [label for label, _cents in buckets],
        "ageing": [
            (
                line,
                [(label, line.cents_by_bucket[bucket]) for bucket, label in words.BUCKETS.items()],
            )
            for line in found.ageing
        ],
        "ageing_totals": buckets,
        "ageing_chart": chart(
            _("Receivable by days past due"), [(str(label), cents) for label, cents in buckets]
        ),
        "cash": [
            (one, words.METHODS.get(one.method, one.method), words.channel(one.channel))
            for one in found.cash
        ],
    }
    return show_desk(request, "desk/finance/reports.html", values, place="finance")


@require_safe
@desk_page(Scope.RECONCILE)
def month_file(request: DeskRequest, month: str, kind: str) -> HttpResponse:
    """Hand out a month's journal or trial balance as a file, written as it is read."""
    first = month_asked(month)
    kinds: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
        "journal.csv": ("text/csv", lambda: exports.journal_csv(month=first)),
        "trial-balance.csv": (
            "text/csv", lambda: exports.trial_balance_csv(ledger.get_trial_balance(month=first)),
        ),
        "auditfile.xaf": (
            "application/xml",
            lambda: exports.auditfile(
                month=first, organisation=get_organisation().name, created_on=office_today()
            ),
        ),
    }  # fmt: skip
    if kind not in kinds:
        raise Http404
    content_type, parts = kinds[kind]
    response = StreamingHttpResponse(
        (part.encode() for part in parts()), content_type=f"{content_type}; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{first:%Y-%m}-{kind}"'
    # Both kinds of answer share a parent only; what wraps views asks for the usual one.
    return cast(HttpResponse, response)


@require_http_methods(["GET", "POST"])
@desk_page(Scope.CLOSE_MONTH)
def close(request: DeskRequest, month: str) -> HttpResponse:
    """Close a month."""
    first = month_asked(month)
    closing = queries.get_closing(month=first, today=office_today(), prove=True)
    form = CloseForm(request.POST or None, is_complete=not closing.missing)

    def consequences() -> list[Item]:
        balance = ledger.get_trial_balance(month=first)
        return [
            Item(_("Month"), day(first, "month")),
            Item(_("Debits"), balance.debit_cents, kind="money"),
            Item(_("Credits"), balance.credit_cents, kind="money"),
            *(Item(_("Missing"), str(words.TOPICS[check.topic])) for check in closing.missing),
        ]

    def do() -> str:
        reason = form.cleaned_data.get("reason", "")
        close_month(month=first, today=office_today(), reason=reason, actor=request.actor)
        return _("%(month)s is closed.") % {"month": day(first, "month")}

    lead = _("Nothing can be posted in it any more. Opening it again takes two people.")
    act = _act(first, _("Close %(month)s"), _("Close it"), lead)
    values = {"missing": [words.TOPICS[check.topic] for check in closing.missing]}
    return perform(request, form, act, consequences=consequences, do=do, values=values)


@require_http_methods(["GET", "POST"])
@desk_page(Scope.CLOSE_MONTH)
def reopen(request: DeskRequest, month: str) -> HttpResponse:
    """Ask that a month be opened again; or, when another person asked, agree."""
    first = month_asked(month)
    asked = ledger.get_month(month=first).reopening
    if asked is not None and asked.actor != str(request.actor):
        form: ActForm = ActForm(request.POST or None)
        title, submit = _("Agree to open %(month)s again"), _("Open it again")
        items = [Item(_("Asked by"), asked.actor), Item(_("Reason"), asked.reason)]
    else:
        form, items = ReasonForm(request.POST or None), []
        title, submit = _("Ask to open %(month)s again"), _("Ask for it")

    def consequences() -> list[Item]:
        return items or [Item(_("Reason"), form.cleaned_data["reason"])]

    def do() -> str:
        if items:
            reopen_month(month=first, actor=request.actor)
            return _("%(month)s is open again.") % {"month": day(first, "month")}
        ask_reopening(month=first, reason=form.cleaned_data["reason"], actor=request.actor)
        return _("Another person has to agree.")

    lead = _("Its figures are kept; closing it again keeps new ones beside them.")
    return perform(
        request, form, _act(first, title, submit, lead), consequences=consequences, do=do
    )


@require_http_methods(["GET", "POST"])
@desk_page(Scope.CLOSE_MONTH)
def keep_closed(request: DeskRequest, month: str) -> HttpResponse:
    """Withdraw, or refuse, the request to open a month again."""
    first = month_asked(month)
    asked = ledger.get_month(month=first).reopening
    form = ActForm(request.POST or None)

    def do() -> str:
        drop_reopening(month=first, actor=request.actor)
        return _("The month stays closed.")

    def consequences() -> list[Item]:
        return [Item(_("Reason"), asked.reason)] if asked else []

    return perform(
        request,
        form,
        _act(first, _("Keep %(month)s closed"), _("Keep it closed"), ""),
        consequences=consequences,
        do=do,
    )


def month_asked(text: str) -> date:
    """Return the month an address names, or answer 404."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as bad:
        raise Http404 from bad
    if not 2000 <= first.year <= office_today().year + 1:
        raise Http404
    return first


def _act(month: date, title: str, submit: str, lead: str) -> Act:
    return Act(
        title=title % {"month": day(month, "month")}, submit=submit, lead=lead, is_grave=True,
        back=("desk:finance_month", f"{month:%Y-%m}"), place="finance", template="desk/finance/act.html",
    )  # fmt: skip
