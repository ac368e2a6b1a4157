"""What can be done with a difference: match it, post it, leave it as timing, take a match apart, agree."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from openmember.desk.access import DeskRequest, desk_page
from openmember.desk.acts import Act, ActForm, ReasonForm
from openmember.desk.finance import words
from openmember.desk.finance.acting import perform
from openmember.desk.finance.forms import MatchForm, TimingForm, entry_words
from openmember.desk.finance.views import entry_asked
from openmember.members.types import Scope
from openmember.payments.jobs import office_today
from openmember.payments.reconciliation import queries, rules
from openmember.payments.reconciliation.services import working
from openmember.payments.reconciliation.types import Entry, Match, Side
from openmember.ui.formats import dollars
from openmember.ui.types import Item

FACING = {
    Side.BANK: (Side.PAYOUT, Side.BOOKS),
    Side.PAYOUT: (Side.BANK,),
    Side.GATEWAY: (Side.BOOKS,),
    Side.BOOKS: (Side.BANK, Side.GATEWAY),
}
CANDIDATES = 40


@require_http_methods(["GET", "POST"])
@desk_page(Scope.RECONCILE)
def match(request: DeskRequest, reference: str) -> HttpResponse:
    """Put an entry and what faces it into one match, and post what they differ by, if that is asked."""
    entry = entry_asked(reference)
    form = MatchForm(request.POST or None, candidates=_candidates(entry))
    if request.method == "GET" and request.GET.get("with", "").isdecimal():
        form.initial["entries"] = [int(request.GET["with"])]

    def chosen() -> list[int]:
        return [entry.id, *form.cleaned_data["entries"]]

    def do() -> str:
        made = _make(form, chosen(), request)
        if made.state == "waiting":
            return _("This waits for a second person.")
        return _("Matched.")

    title = _("Match %(entry)s") % {"entry": _named(entry)}
    return perform(
        request,
        form,
        _act(entry, title, _("Match")),
        consequences=lambda: _consequences(form, chosen()),
        do=do,
    )


@require_http_methods(["GET", "POST"])
@desk_page(Scope.RECONCILE)
def timing(request: DeskRequest, reference: str) -> HttpResponse:
    """Note that the other side is on its way."""
    entry = entry_asked(reference)
    form = TimingForm(request.POST or None)

    def do() -> str:
        working.leave_as_timing(
            entry_id=entry.id, reason=form.cleaned_data["reason"], actor=request.actor
        )
        return _("Noted. It stays in the queue until the other side comes.")

    title = _("Leave %(entry)s as timing") % {"entry": _named(entry)}
    act = _act(
        entry,
        title,
        _("Leave it"),
        lead=_("Nothing is posted. The next runs go on looking for the other side."),
    )
    return perform(request, form, act, consequences=lambda: _reason(form), do=do)


@require_http_methods(["GET", "POST"])
@desk_page(Scope.RECONCILE)
def undo(request: DeskRequest, reference: str) -> HttpResponse:
    """Take the match of an entry apart, or reject one that waits."""
    entry = entry_asked(reference)
    form = ReasonForm(request.POST or None)

    def do() -> str:
        done = working.undo_match(
            match_id=entry.match_id or 0,
            reason=form.cleaned_data["reason"],
            on=office_today(),
            actor=request.actor,
        )
        if done.state == "made":
            return _("Asked for: a second person has to take it apart too.")
        return _("The match was taken apart. Its entries are open again.")

    title = _("Take the match of %(entry)s apart") % {"entry": _named(entry)}
    lead = _("What it posted is reversed, and money it settled stands in clearing again.")
    act = _act(entry, title, _("Take it apart"), lead=lead, is_grave=True)
    return perform(request, form, act, consequences=lambda: _reason(form), do=do)


@require_http_methods(["GET", "POST"])
@desk_page(Scope.RECONCILE)
def agree(request: DeskRequest, reference: str) -> HttpResponse:
    """Agree to what another person explained."""
    entry, today = entry_asked(reference), office_today()
    waiting = queries.find_match_of(entry=entry, today=today)
    form = ActForm(request.POST or None)

    def consequences() -> list[Item]:
        if waiting is None:
            return []
        return [
            Item(_("Posted"), waiting.posted_cents, kind="money"),
            Item(_("Reason"), waiting.reason),
            Item(_("Asked by"), waiting.made_by),
        ]

    def do() -> str:
        working.approve_match(match_id=entry.match_id or 0, on=today, actor=request.actor)
        return _("Agreed and posted.")

    title = _("Agree to the match of %(entry)s") % {"entry": _named(entry)}
    return perform(request, form, _act(entry, title, _("Agree")), consequences=consequences, do=do)


def _make(form: MatchForm, entry_ids: list[int], request: DeskRequest) -> Match:
    reason, today = form.cleaned_data["reason"], office_today()
    if form.code:
        return working.explain(
            entry_ids=entry_ids, reason=reason, code=form.code, on=today, actor=request.actor
        )
    return working.match_by_hand(entry_ids=entry_ids, reason=reason, on=today, actor=request.actor)


def _consequences(form: MatchForm, entry_ids: list[int]) -> list[Item]:
    gap = queries.gap_of(entry_ids=entry_ids)
    chosen = queries.list_chosen(entry_ids=entry_ids, today=office_today())
    items = [Item(one.shown, entry_words(one)) for one in chosen]
    items.append(Item(_("They differ by"), gap, kind="money"))
    if form.code and gap:
        items.append(Item(_("Posted to"), form.code.title))
    items.append(Item(_("Reason"), form.cleaned_data["reason"]))
    if form.code and rules.needs_second_person(gap):
        items.append(Item(_("Then"), _("A second person has to agree")))
    return items


def _candidates(entry: Entry) -> tuple[Entry, ...]:
    """Return what may face an entry: first what is suggested, then the oldest that is open."""
    today = office_today()
    found = [one for each in queries.suggest(entry=entry, today=today) for one in each.entries]
    for side in FACING[entry.side]:
        found += queries.list_queue(today=today, side=side, limit=CANDIDATES).entries
    unique = {one.id: one for one in found if one.match_id is None and one.id != entry.id}
    return tuple(unique.values())[: 2 * CANDIDATES]


def _act(entry: Entry, title: str, submit: str, *, lead: str = "", is_grave: bool = False) -> Act:
    return Act(
        title=title, submit=submit, lead=lead, is_grave=is_grave, back=("desk:finance_item", entry.shown),
        place="finance", template="desk/finance/act.html",
    )  # fmt: skip


def _named(entry: Entry) -> str:
    return f"{words.SIDES[entry.side]} {dollars(entry.amount_cents)}"


def _reason(form: ReasonForm) -> list[Item]:
    return [Item(_("Reason"), form.cleaned_data["reason"])]
