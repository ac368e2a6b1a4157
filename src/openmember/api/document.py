"""The API's own description, OpenAPI 3.1: what the library writes, with grants, keys and refusals said."""

from typing import Any

from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from openmember.api import problems
from openmember.api.caller import OAuth
from openmember.api.kinds import KINDS
from openmember.api.shapes.common import Problem
from openmember.members.connections.types import Grant

SCHEME = "oauth"
# What each operation may refuse with, beside what its own kind adds.
ALWAYS = (400, 401, 403, 406, 429, 500, 503)
READS, WRITES, PAYS = (404, 409, 422), (404, 409, 422), (402, 413)
RATE_HEADERS = {
    "RateLimit": "What is left of the limit now.",
    "RateLimit-Policy": "The limits that hold for this request.",
    "X-Request-Id": "Name it when you report that something went wrong.",
}
WORDS = {
    Grant.ACCOUNT_READ: "The holder, the bill pay number and what is owed.",
    Grant.BILLS_READ: "Bills, their lines, and payment plans.",
    Grant.PAYMENTS_READ: "Payments, receipts, what is kept to pay from, automatic payments.",
    Grant.PAYMENTS_WRITE: "Pay, and keep bank accounts.",
    Grant.AUTOPAY_WRITE: "Set up, skip, pause, resume and stop automatic payments.",
    Grant.PLANS_WRITE: "Agree to payment plans, and end them.",
    Grant.DOCUMENTS_READ: "Statements and letters.",
    Grant.DOCUMENTS_WRITE: "Whether documents come on paper.",
    Grant.ASSISTANCE_READ: "Where applications for financial help stand.",
}


class Document(OpenAPISchema):
    """The document of one version of the API."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        details: dict[str, Any] = super().operation_details(operation)
        title, _gap, text = (operation.view_func.__doc__ or "").strip().partition("\n\n")
        details["summary"] = title
        details["description"] = " ".join(text.split())
        details["security"] = [{SCHEME: [_grant(operation).value]}]
        return details

    def responses(self, operation: Operation) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = super().responses(operation)
        for response in found.values():
            response["headers"] = {
                name: {"description": text, "schema": {"type": "string"}}
                for name, text in RATE_HEADERS.items()
            }
        if operation.methods == ["GET"]:
            found[304] = {"description": "Not changed since the ETag in If-None-Match."}
        for status in statuses_of(operation):
            found[status] = {
                "description": _titles(status),
                "content": {
                    problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}
                },
            }
        return found

    def operation_security(self, operation: Operation) -> list[dict[str, Any]]:
        return [{SCHEME: [_grant(operation).value]}]

    def get_components(self) -> dict[str, Any]:
        flows = {
            name: {**flow, "scopes": {grant.value: text for grant, text in WORDS.items()}}
            for name, flow in OAuth.openapi_flows.items()
        }
        return {
            "schemas": {**self.schemas, "Problem": Problem.model_json_schema()},
            "securitySchemes": {SCHEME: {"type": "oauth2", "flows": flows}},
        }


def statuses_of(operation: Operation) -> list[int]:
    """Return the statuses an operation may refuse with."""
    added = READS if operation.methods == ["GET"] else WRITES
    pays = any(isinstance(auth, OAuth) and auth.pays for auth in operation.auth_callbacks)
    return sorted({*ALWAYS, *added, *(PAYS if pays else (413,))})


def _grant(operation: Operation) -> Grant:
    return next(auth.grant for auth in operation.auth_callbacks if isinstance(auth, OAuth))


def _titles(status: int) -> str:
    kinds = [name for name, kind in KINDS.items() if kind.status == status]
    return "Refused: " + ", ".join(kinds)
