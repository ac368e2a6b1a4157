"""What finance looks at: today's money, the queue of differences, and one of them."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.finance import words
from openmember.desk.finance.charts import chart
from openmember.desk.pages import PAGE_SIZE, page_asked, page_of, show_desk
from openmember.kernel.references import BadReference
from openmember.ledger.closing.queries import find_next_to_close
from openmember.ledger.types import Code
from openmember.members.types import Scope
from openmember.payments.closing.queries import list_cash, list_clearing
from openmember.payments.jobs import office_today
from openmember.payments.reconciliation import queries, rules
from openmember.payments.reconciliation.types import Entry, Match, Side, entry_id


@require_safe
@desk_page(Scope.RECONCILE)
def overview(request: DeskRequest) -> HttpResponse:
    """Show today's cash, what stands in clearing, and what is open by age."""
    today = office_today()
    channels: dict[str, int] = {}
    for one in list_cash(since=today, until=today):
        name = words.channel(one.channel)
        channels[name] = channels.get(name, 0) + one.received_cents - one.given_back_cents
    ages = [one for one in queries.list_ages(today=today) if one.count]
    named = [
        (
            f"{words.SIDES[one.side]}, {words.age(one.from_days, one.until_days)}",
            one.cents,
            one.count,
        )
        for one in ages
    ]
    clearing = list_clearing()
    statement = queries.get_statement(until=today)
    values = {
        "today": today,
        "cash": sorted(channels.items(), key=lambda one: -one[1]),
        "cash_chart": chart(
            _("Money by channel today"), sorted(channels.items(), key=lambda one: -one[1])
        ),
        "clearing": [(code.title, cents) for code, cents in clearing.items()],
        "in_clearing_cents": sum(
            cents for code, cents in clearing.items() if code is not Code.BANK
        ),
        "ages": named,
        "ages_chart": chart(_("Open differences by side and age"), [one[:2] for one in named]),
        "statement": statement,
        "statement_lines": [
            (words.STATEMENT[name], cents) for name, cents in statement.lines if cents
        ],
        "late": queries.list_queue(today=today, only_late=True, limit=0),
        "waiting": [(match, match.entries[0]) for match in queries.list_waiting(today=today)],
        "last_run": queries.find_last_run(),
        "next_month": find_next_to_close(),
    }
    return show_desk(request, "desk/finance/overview.html", values, place="finance")


@require_safe
@desk_page(Scope.RECONCILE)
def queue(request: DeskRequest) -> HttpResponse:
    """Show what is in no match, the oldest first. `side` and `show` choose among it."""
    asked = request.GET.get("side", "")
    side = Side(asked) if asked in set(Side) else None
    shows_all = request.GET.get("show") == "all"
    number = page_asked(request)
    found = queries.list_queue(
        today=office_today(), side=side, only_late=not shows_all, limit=PAGE_SIZE,
        offset=(number - 1) * PAGE_SIZE,
    )  # fmt: skip
    values = {
        "found": found,
        "rows": [
            (entry, words.SIDES[entry.side], words.channel(entry.channel))
            for entry in found.entries
        ],
        "sides": [(one.value, label) for one, label in words.SIDES.items()],
        "side": side.value if side else "",
        "shows_all": shows_all,
        "window": rules.WINDOW_DAYS,
        "page": page_of(found.total, number),
    }
    return show_desk(request, "desk/finance/queue.html", values, place="finance")


@require_safe
@desk_page(Scope.RECONCILE)
def item(request: DeskRequest, reference: str) -> HttpResponse:
    """Show one entry: what it says, what it is matched with or may be, and what people wrote."""
    today = office_today()
    entry = entry_asked(reference)
    match = queries.find_match_of(entry=entry, today=today)
    values = {
        "entry": entry,
        "side": words.SIDES[entry.side],
        "code": Code(entry.code).title,
        "channel": words.channel(entry.channel),
        "is_late": rules.is_late(entry.age_days) and match is None,
        "match": shown_match(match) if match else None,
        "can_agree": match is not None and match.made_by != str(request.actor),
        "suggestions": queries.suggest(entry=entry, today=today),
        "past": [shown_match(one) for one in queries.list_past_matches(entry=entry, today=today)],
        "notes": queries.list_notes(entry=entry),
    }
    return show_desk(request, "desk/finance/item.html", values, place="finance")


def entry_asked(reference: str) -> Entry:
    """Return the entry an address names, or answer 404."""
    try:
        return queries.get_entry(entry_id=entry_id(reference), today=office_today())
    except (BadReference, queries.UnknownEntry) as unknown:
        raise Http404 from unknown


def shown_match(match: Match) -> dict[str, object]:
    """Return a match with its words."""
    label, tone = words.STATES[match.state]
    return {
        "match": match,
        "rule": words.RULES[match.rule],
        "state": label,
        "tone": tone,
        "posted_to": Code(match.posted_code).title if match.posted_code else "",
        "entries": [(one, words.SIDES[one.side]) for one in match.entries[:50]],
        "more": max(len(match.entries) - 50, 0),
    }
