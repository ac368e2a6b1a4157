"""Asking a member whether an app may act for them: what is asked, what is answered, what is refused."""

from urllib.parse import parse_qs, urlsplit

import pytest

from openmember.members.connections.services import add_app
from openmember.payments.testing import TESTER

CALLBACK = "com.example.app:/callback"
# The challenge and its verifier of RFC 7636, appendix B.
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


@pytest.fixture
def asked(db):
    app = add_app(name="Bills in Pocket", redirect_uris=(CALLBACK,), actor=TESTER)
    return {
        "response_type": "code", "client_id": app.client_id, "redirect_uri": CALLBACK, "state": "s",
        "scope": "bills.read payments.write", "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }  # fmt: skip


def answered(response) -> dict[str, str]:
    assert response.status_code == 302
    assert response["Location"].startswith(CALLBACK)
    query = parse_qs(urlsplit(response["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def test_the_page_says_what_the_app_could_do_and_lets_the_answer_out(holder, asked):
    response = holder.client.get("/oauth/authorize/", asked)
    text = response.content.decode()

    assert "Connect Bills in Pocket?" in text
    assert text.index("See your bills") < text.index("Pay your bills when you ask it to")
    policy = response["Content-Security-Policy"]
    assert "com.example.app:" in policy.partition("form-action")[2].partition(";")[0]


def test_a_yes_is_a_code_that_becomes_a_token_once(holder, asked):
    answer = answered(holder.client.post("/oauth/authorize/", {**asked, "allow": "true"}))
    form = {
        "grant_type": "authorization_code", "client_id": asked["client_id"], "code": answer["code"],
        "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
    }  # fmt: skip

    given = holder.client.post("/oauth/token/", form)
    assert given.json()["expires_in"] == 900
    assert holder.client.post("/oauth/token/", form).json()["error"] == "invalid_grant"
    headers = {"Authorization": f"Bearer {given.json()['access_token']}"}
    assert holder.client.get("/api/v1/bills", headers=headers).status_code == 200
    assert holder.client.get("/api/v1/letters", headers=headers).status_code == 403


def test_a_no_is_told_to_the_app(holder, asked):
    answer = answered(holder.client.post("/oauth/authorize/", {**asked, "refuse": "true"}))

    assert (answer["error"], answer["state"]) == ("access_denied", "s")


@pytest.mark.parametrize("verb", ["get", "post"])
@pytest.mark.parametrize("method", ["plain", ""])
def test_a_challenge_that_is_the_verifier_is_refused(holder, asked, verb, method):
    careless = {**asked, "code_challenge_method": method, "allow": "true"}

    response = getattr(holder.client, verb)("/oauth/authorize/", careless)

    assert answered(response)["error"] == "invalid_request"


def test_nobody_is_sent_to_another_address(holder, asked):
    for elsewhere in ("https://evil.example/", CALLBACK + "/more", CALLBACK + "?x=1"):
        response = holder.client.get("/oauth/authorize/", {**asked, "redirect_uri": elsewhere})
        assert response.status_code == 400
        assert "This app cannot be connected" in response.content.decode()


def test_a_visitor_signs_in_first(guest, asked):
    response = guest.client.get("/oauth/authorize/", asked)

    assert response["Location"].startswith("/sign/login/?next=/oauth/authorize/")


def test_an_app_cannot_ask_to_go_unasked(holder, asked):
    answer = answered(holder.client.post("/oauth/authorize/", {**asked, "allow": "true"}))
    holder.client.post(
        "/oauth/token/",
        {
            "grant_type": "authorization_code", "client_id": asked["client_id"],
            "code": answer["code"], "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
        },
    )  # fmt: skip

    again = holder.client.get("/oauth/authorize/", {**asked, "approval_prompt": "auto"})

    assert again.status_code == 200
    assert "Connect Bills in Pocket?" in again.content.decode()
