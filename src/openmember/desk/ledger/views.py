"""The account's transfers, as a bookkeeper reads them, on a page and as a file."""

import csv

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from openmember.desk.ledger.running import running
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import PAGE_SIZE, page_asked, show_account
from openmember.kernel.money import dollars_from_cents
from openmember.ledger.queries import get_balance, list_transfers

# Pages are counted from the newest transfer, so a late page reads all before it. An account has a few
# transfers a month: this is decades of them, and the file has the rest.
LAST_PAGE = 40
EXPORTED_AT_MOST = 100_000
COLUMNS = (
    "transfer", "effective_on", "recorded_at", "kind", "debit", "debit_title", "credit",
    "credit_title", "amount", "reference", "reverses",
)  # fmt: skip


@require_safe
@account_page("ledger")
def ledger(request: AccountRequest) -> HttpResponse:
    """Show one page of transfers. `of` chooses among the numbers joined to the account."""
    numbers = request.opened.account.numbers
    chosen = _number_asked(request)
    page = min(page_asked(request), LAST_PAGE)
    transfers = list_transfers(account_number=numbers[chosen], limit=page * PAGE_SIZE + 1)
    balance = get_balance(account_number=numbers[chosen])
    first = (page - 1) * PAGE_SIZE
    values = {
        "rows": running(transfers, balance)[first : first + PAGE_SIZE],
        "as_of": balance.as_of,
        "numbers": [(place, number[-4:]) for place, number in enumerate(numbers)],
        "chosen": chosen,
        "page": page,
        "older": page + 1 if len(transfers) > page * PAGE_SIZE and page < LAST_PAGE else None,
    }
    return show_account(request, "desk/ledger.html", values, place="ledger")


@require_safe
@account_page("ledger_export")
def ledger_csv(request: AccountRequest) -> HttpResponse:
    """Hand out all transfers as a file, whose name says nothing of whose they are."""
    number = request.opened.account.numbers[_number_asked(request)]
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    rows = csv.writer(response)
    rows.writerow(COLUMNS)
    for transfer in list_transfers(account_number=number, limit=EXPORTED_AT_MOST):
        rows.writerow((
            transfer.id, transfer.effective_on.isoformat(), transfer.recorded_at.isoformat(),
            transfer.kind, int(transfer.debit), transfer.debit.title, int(transfer.credit),
            transfer.credit.title, dollars_from_cents(transfer.amount_cents), transfer.reference,
            transfer.reverses or "",
        ))  # fmt: skip
    return response


def _number_asked(request: AccountRequest) -> int:
    asked = request.GET.get("of", "0")
    known = len(request.opened.account.numbers)
    return int(asked) if asked.isdecimal() and len(asked) <= 4 and int(asked) < known else 0
