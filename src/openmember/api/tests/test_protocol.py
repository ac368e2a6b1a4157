"""What holds for every request: problems, grants, limits, and nothing said that should not be."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from oauth2_provider.models import AccessToken

from openmember.api.kinds import KINDS
from openmember.api.testing import an_app
from openmember.api.v1 import api
from openmember.members import models
from openmember.members.connections.services import disable_app, end_connection
from openmember.members.connections.types import Grant
from openmember.members.testing import TESTER, a_member, a_staff_user, a_user
from openmember.members.types import Role
from openmember.payments.testing import an_account

PROBLEM = "application/problem+json"


def is_problem(answer, status: int) -> bool:
    told = json.loads(answer.content)
    return (
        (answer.status_code, answer["Content-Type"], told["status"]) == (status, PROBLEM, status)
        and {"type", "title", "detail", "request_id"} <= set(told)
        and told["request_id"] == answer["X-Request-Id"]
    )


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing", "/api/v2/bills", "/api/v1/bills/"])
def test_an_address_there_is_not_is_a_problem(client, db, path):
    assert is_problem(client.get(path), 404)


def test_a_method_an_address_does_not_take_is_a_problem(app):
    answer = app.delete("/bills")

    assert is_problem(answer, 405)
    assert answer["Allow"] == "GET"


def test_a_body_that_is_no_json_is_a_problem(app):
    answer = Client().post(
        "/api/v1/payments", b"{", content_type="application/json",
        headers={"Authorization": f"Bearer {app.token}", "Idempotency-Key": "k"},
    )  # fmt: skip

    assert is_problem(answer, 400)


def test_a_fault_of_ours_is_a_problem_and_says_nothing_of_it(app, monkeypatch):
    def fail(**_facts):
        raise RuntimeError("the number 123456789012")

    monkeypatch.setattr("openmember.api.routes.bills.get_overview", fail)
    client = Client(raise_request_exception=False)

    answer = client.get("/api/v1/account", headers={"Authorization": f"Bearer {app.token}"})

    assert is_problem(answer, 500)
    assert b"123456789012" not in answer.content


def test_a_host_we_are_not_is_a_problem(db, settings):
    settings.ALLOWED_HOSTS = ["plan.example"]

    assert is_problem(Client().get("/api/v1/bills", headers={"Host": "evil.example"}), 400)


def test_without_a_token_one_is_told_who_gives_them(client, db):
    answer = client.get("/api/v1/account")

    assert is_problem(answer, 401)
    assert "oauth-protected-resource" in answer["WWW-Authenticate"]


def test_a_token_that_ran_out_is_refused(app):
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))

    assert 'error="invalid_token"' in app.get("/account")["WWW-Authenticate"]


def test_a_token_in_the_address_is_not_looked_at(app):
    assert Client().get(f"/api/v1/account?access_token={app.token}").status_code == 401


def test_an_app_may_do_what_it_was_allowed_and_no_more(db):
    member = a_member()
    account = an_account(holder=member)
    app = an_app(user=a_user(member=member), account=account, grants=(Grant.BILLS_READ,))

    assert app.get("/bills").status_code == 200
    refused = app.pay(10_00)
    assert is_problem(refused, 403)
    assert refused.json()["scope"] == "payments.write"
    assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]


def test_an_app_that_was_shut_out_gets_nothing(app):
    disable_app(client_id=app.client_id, at=timezone.now(), actor=TESTER)

    assert app.get("/account").status_code == 401


def test_an_app_the_member_disconnected_gets_nothing(app):
    user = models.User.objects.get(member_id=app.account.holder_id)
    end_connection(user_id=user.pk, client_id=app.client_id, at=timezone.now(), actor=TESTER)

    assert app.get("/account").status_code == 401


def test_a_sign_in_that_was_closed_closes_its_apps(app):
    models.User.objects.filter(member_id=app.account.holder_id).update(is_active=False)

    assert app.get("/account").status_code == 401


def test_someone_on_a_familys_account_is_told_how_to_pay(db, app):
    child = a_user(member=a_member(first="Leo"))
    refused = an_app(user=child, account=app.account).get("/account")

    assert is_problem(refused, 403)
    assert refused.json()["type"].endswith("no-account")


def test_staff_have_no_account_here(db, app):
    user = a_staff_user(Role.SUPERVISOR)

    assert is_problem(an_app(user=user, account=app.account).get("/account"), 403)


def test_what_is_left_of_the_limit_is_told(app, settings):
    settings.API_REQUESTS_A_MINUTE = 2

    answer = app.get("/account")
    assert answer["RateLimit-Policy"] == '"requests";q=2;w=60'
    assert answer["RateLimit"].startswith('"requests";r=1;t=')
    app.get("/account")
    refused = app.get("/account")
    assert is_problem(refused, 429)
    assert int(refused["Retry-After"]) > 0


def test_nobody_on_the_way_keeps_a_copy(app):
    assert app.get("/account")["Cache-Control"] == "no-store"


def test_other_origins_pages_may_not_call_unless_configured(app, settings):
    asked = {"Origin": "https://app.example"}
    assert "Access-Control-Allow-Origin" not in app.get("/account", **asked)

    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    assert app.get("/account", **asked)["Access-Control-Allow-Origin"] == "https://app.example"


def test_every_problem_is_told_on_the_page_its_type_names(client, db):
    page = client.get(reverse("api_reference")).content.decode()

    for kind in KINDS:
        assert f'id="problem-{kind}"' in page


def test_the_document_names_a_grant_and_problems_for_every_operation(client, db):
    document = client.get("/api/v1/openapi.json").json()

    assert document["openapi"] == "3.1.0"
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len(operations) == len({one["operationId"] for one in operations}) > 30
    for one in operations:
        assert set(one["security"][0]["oauth"]) <= {grant.value for grant in Grant}
        assert PROBLEM in one["responses"]["401"]["content"]


def test_no_address_holds_a_number(app):
    paths = api.get_openapi_schema()["paths"]

    assert not [path for path in paths if "number" in path or "account_" in path]
