"""Version 1 of the API: its operations together, and what each exception of a service means to an app."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation

from openmember.api import problems
from openmember.api.document import Document
from openmember.api.problems import Problem
from openmember.api.routes import autopay, bills, documents, facts, payments, plans, tenders
from openmember.assistance.queries import UnknownApplication
from openmember.billing.plans.queries import UnknownPlan
from openmember.billing.plans.services import PlanRefused
from openmember.billing.queries import UnknownBill
from openmember.billing.statements.queries import UnknownStatement
from openmember.kernel.references import BadReference
from openmember.letters.queries import UnknownLetter
from openmember.payments.ach.services.banks import BankRefused
from openmember.payments.autopay.queries import UnknownMandate
from openmember.payments.autopay.services import NotAllowedNow
from openmember.payments.queries import UnknownPayment
from openmember.payments.services.door import KeyReused, PaymentRefused

DESCRIPTION = (
    "What a member can do for their account, bills and payments, for apps they let in. Amounts are whole"
    " cents with their currency, dates are ISO 8601. Texts come in the language of Accept-Language: en, es"
    " or zh-hant."
)
MEANINGS: dict[type[Exception], str] = {
    BadReference: "not-found",
    UnknownApplication: "not-found",
    UnknownBill: "not-found",
    UnknownLetter: "not-found",
    UnknownPayment: "not-found",
    UnknownPlan: "not-found",
    UnknownStatement: "not-found",
    UnknownMandate: "not-allowed-now",
    NotAllowedNow: "not-allowed-now",
    PlanRefused: "owed-otherwise",
    BankRefused: "unknown-tender",
    PaymentRefused: "payment-refused",
    KeyReused: "idempotency-key-reused",
    Http404: "not-found",
}


class Api(NinjaAPI):
    """The operations, described by a document of our own making."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Any:
        """Return the document. Paths are from the server's root."""
        return Document(self, "/api/v1/" if path_prefix is None else path_prefix)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the operation's name: its module's and its own."""
        function = operation.view_func
        return f"{function.__module__.rpartition('.')[2]}_{function.__name__}"


api = Api(
    title="OpenMember API",
    version="1.0.0",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api_v1",
)
for part in (bills, payments, tenders, autopay, plans, documents, facts):
    api.add_router("", part.router)


@api.exception_handler(Problem)
def refuse(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Answer with a refusal."""
    return problems.answer(request, problem)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, wrong: ValidationError) -> HttpResponse:
    """Say what is wrong and where, and repeat nothing of what was sent."""
    places = [".".join(map(str, error["loc"])) for error in wrong.errors]
    if any("dempotency" in place and error["type"] == "missing"
           for place, error in zip(places, wrong.errors, strict=True)):  # fmt: skip
        return problems.answer(request, Problem("idempotency-key-missing"))
    errors = [
        {"at": place, "code": error["type"]}
        for place, error in zip(places, wrong.errors, strict=True)
    ]
    return problems.answer(request, Problem("invalid", errors=errors))


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer for what the library refuses: a body that is no JSON."""
    return problems.answer(request, problems.of_status(error.status_code))


def _mean(kind: str) -> Any:
    def handle(request: HttpRequest, error: Exception) -> HttpResponse:
        return problems.answer(request, Problem(kind))

    return handle


for raised, meant in MEANINGS.items():
    api.add_exception_handler(raised, _mean(meant))
