"""Automatic payments, plans, documents and help through the API."""

import pytest

from openmember.api.models import Answer
from openmember.api.tests.conftest import in_days, owe
from openmember.api.tests.test_payments import a_bank
from openmember.billing.types import Line
from openmember.letters.services import write_letter
from openmember.payments.autopay import models
from openmember.payments.autopay.types import DrawStatus
from openmember.payments.testing import TESTER, a_member


def agree(app, **more):
    wanted = {"what": "everything", "tender": a_bank(app.account).token, **more}
    version = app.post("/autopay/terms", wanted).json()["version"]
    return app.post("/autopay", {**wanted, "version": version})


def test_nothing_stands_until_the_member_agrees(app):
    assert app.get("/autopay").json() == {"permission": None, "ahead": [], "past": []}


def test_automatic_payments_are_agreed_to_in_words(app):
    made = agree(app, cap={"cents": 50_00})

    assert made.status_code == 201
    permission = made.json()["permission"]
    assert (permission["status"], permission["cap"]["cents"]) == ("active", 50_00)
    assert "$50.00" in models.Mandate.objects.get().agreement


def test_other_words_than_those_shown_are_not_agreed_to(app):
    wanted = {"what": "everything", "tender": a_bank(app.account).token}
    version = app.post("/autopay/terms", wanted).json()["version"]
    app.language = "es"

    refused = app.post("/autopay", {**wanted, "version": version})

    assert refused.status_code == 409
    assert not models.Mandate.objects.exists()


def test_a_card_is_typed_on_the_networks_page(app):
    card = app.post("/cards", {}).json()["card"]
    wanted = {"what": "premium", "card": card}
    version = app.post("/autopay/terms", wanted).json()["version"]

    assert app.post("/autopay", {**wanted, "version": version}).status_code == 201
    (kept,) = app.get("/tenders").json()["tenders"]
    assert (kept["method"], kept["last_four"]) == ("card", "4242")
    paid = app.pay(10_00, pay_with={"kind": "kept", "tender": kept["reference"]})
    assert (paid.status_code, paid.json()["status"]) == (201, "accepted")


def test_another_members_card_is_unknown(app, app_of):
    card = app_of().post("/cards", {}).json()["card"]

    refused = app.post("/autopay/terms", {"what": "premium", "card": card})

    assert refused.json()["type"].endswith("unknown-tender")


def test_it_is_paused_resumed_and_stopped(app):
    agree(app)

    paused = app.post("/autopay/pause", {"until": in_days(30).isoformat()}).json()
    assert paused["permission"]["status"] == "paused"
    assert app.post("/autopay/resume").json()["permission"]["status"] == "active"
    assert app.post("/autopay/stop").json()["permission"] is None
    assert app.post("/autopay/stop").status_code == 409


@pytest.mark.parametrize("days", [0, 400])
def test_a_pause_ends_within_a_year(app, days):
    agree(app)

    assert app.post("/autopay/pause", {"until": in_days(days).isoformat()}).status_code == 409


def test_a_planned_payment_is_skipped_once(app):
    agree(app)
    models.Draw.objects.create(
        account_number=app.account.number, mandate=models.Mandate.objects.get(), due_on=in_days(5),
        draw_on=in_days(5), amount_cents=10_00, is_noticed=False, bill_ids=[],
    )  # fmt: skip
    (draw,) = app.get("/autopay").json()["ahead"]

    assert app.post(f"/autopay/draws/{draw['reference']}/skip").status_code == 200
    assert models.Draw.objects.get().status == DrawStatus.SKIPPED
    assert app.post(f"/autopay/draws/{draw['reference']}/skip").status_code == 409


def test_a_bill_is_paid_over_time(app):
    bill = owe(app.account, 600_00, line=Line.MEDICAL)
    offered = app.get("/plans/offers", {"bills": bill.reference}).json()
    terms = {"kind": "months", "months": offered["offers"][0]["months"]}
    wanted = {"bills": [bill.reference], "day": 15, "terms": terms}

    words = app.post("/plans/terms", wanted).json()
    made = app.post("/plans", {**wanted, "version": words["version"]})

    assert made.status_code == 201
    plan = made.json()
    assert sum(one["amount"]["cents"] for one in words["schedule"]) == 600_00
    assert plan["remaining"]["cents"] == 600_00
    assert app.get("/plans").json()["plans"][0]["reference"] == plan["reference"]
    assert app.post(f"/plans/{plan['reference']}/end").json()["status"] == "canceled"
    assert app.post(f"/plans/{plan['reference']}/end").status_code == 409


def test_a_plan_agreed_to_before_a_crash_is_answered_as_agreed(app):
    bill = owe(app.account, 600_00, line=Line.MEDICAL)
    months = app.get("/plans/offers", {"bills": bill.reference}).json()["offers"][0]["months"]
    terms = {"kind": "months", "months": months}
    wanted = {"bills": [bill.reference], "day": 15, "terms": terms}
    wanted["version"] = app.post("/plans/terms", wanted).json()["version"]
    first = app.post("/plans", wanted, key="k")
    Answer.objects.all().delete()  # The process died before it kept its answer.

    again = app.post("/plans", wanted, key="k")
    other = app.post("/plans", {**wanted, "version": "0" * len(wanted["version"])}, key="k")

    assert (again.status_code, again.json()) == (201, first.json())
    assert other.status_code == 422
    assert len(app.get("/plans").json()["plans"]) == 1


def test_a_premium_is_not_paid_over_time(app):
    bill = owe(app.account, 600_00, line=Line.PREMIUM)

    refused = app.get("/plans/offers", {"bills": bill.reference})

    assert (refused.status_code, refused.json()["reason"]) == (409, "not_plannable")


def test_terms_beyond_the_policy_are_refused(app):
    bill = owe(app.account, 600_00, line=Line.MEDICAL)
    terms = {"kind": "monthly", "amount": {"cents": 1_00}}

    refused = app.post("/plans/terms", {"bills": [bill.reference], "day": 15, "terms": terms})

    assert refused.json()["reason"] == "too_small"


def a_letter(app, key: str = "k", member_id: int | None = None):
    return write_letter(
        account_number=app.account.number, kind="autopay_ended", key=key, on=in_days(0), actor=TESTER,
        values={"tender": "card ending 4242", "reason": "member"}, member_id=member_id,
    )  # fmt: skip


def test_letters_are_read_in_words_and_as_files(app):
    letter = a_letter(app)

    (listed,) = app.get("/letters").json()["letters"]
    words = app.get(f"/letters/{letter.reference}").json()

    assert listed["reference"] == letter.reference
    assert words["parts"]
    for file in words["files"]:
        if file["available"]:
            got = app.get(file["path"].removeprefix("/api/v1"))
            assert (got.status_code, got["Content-Type"]) == (200, file["media_type"])


def test_a_spouses_letter_is_the_spouses(app):
    letter = a_letter(app, member_id=a_member(first="Leo").id)

    assert app.get("/letters").json()["letters"] == []
    assert app.get(f"/letters/{letter.reference}").status_code == 404
    assert app.get(f"/letters/{letter.reference}/files/pdf").status_code == 404


def test_letters_come_in_pages(app):
    made = [a_letter(app, key).reference for key in "abc"]

    first = app.get("/letters", {"limit": 2}).json()
    second = app.get("/letters", {"limit": 2, "cursor": first["next_cursor"]}).json()

    assert [one["reference"] for one in first["letters"] + second["letters"]] == made[::-1]


def test_the_screen_is_chosen_after_reading_what_it_means(app):
    told = app.get("/documents/reading").json()
    wanted = {"on_screen": True, "version": told["version"]}

    assert app.put("/documents/reading", wanted).status_code == 409
    assert app.get("/documents/sample.pdf").content[:5] == b"%PDF-"
    assert app.put("/documents/reading", {**wanted, "opened_sample": True}).json()["on_screen"]
    assert not app.put("/documents/reading", {"on_screen": False}).json()["on_screen"]


def test_the_members_own_region_comes_first(app):
    told = app.get("/contact").json()

    assert told["your_region"]["code"] == "northwest"
    assert told["your_region"]["member_services"][0]["dial"].startswith("+1")


def test_answers_come_in_the_members_language(app):
    english = app.get("/help").json()["answers"]
    app.language = "zh-hant"

    chinese = app.get("/help").json()["answers"]

    assert [one["slug"] for one in english] == [one["slug"] for one in chinese]
    assert english[0]["question"] != chinese[0]["question"]


def test_without_an_application_there_is_none(app):
    assert app.get("/assistance").json() == {"applications": []}
    assert app.get("/assistance/FA-0000-0000-0").status_code == 404
