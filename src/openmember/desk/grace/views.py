"""Reading the account's cases of unpaid premium."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from openmember.billing.grace import queries
from openmember.billing.grace.providers import list_notices
from openmember.billing.grace.services import last_day_to_pay
from openmember.billing.grace.types import Case, case_id
from openmember.desk.grace.words import card
from openmember.desk.opened import AccountRequest, account_page
from openmember.desk.pages import show_account
from openmember.kernel.references import BadReference


@require_safe
@account_page("grace")
def grace(request: AccountRequest) -> HttpResponse:
    """Show each case: where it stands, each date with the rule that set it, and its history."""
    opened = request.opened
    cases = queries.list_cases(numbers=opened.account.numbers, today=opened.today)
    history = queries.list_histories(cases=cases)
    notices = list_notices(cases=cases)
    cards = [
        card(case, history[case.id], notices[case.id], last_day_to_pay(case=case), opened.today)
        for case in cases
    ]
    return show_account(request, "desk/grace/page.html", {"cards": cards}, place="grace")


def case_of(request: AccountRequest, reference: str) -> Case:
    """Return the case a reference names, if it is the account's."""
    try:
        return queries.get_case(
            numbers=request.opened.account.numbers,
            case_id=case_id(reference),
            today=request.opened.today,
        )
    except (BadReference, queries.UnknownCase) as unknown:
        raise Http404 from unknown
