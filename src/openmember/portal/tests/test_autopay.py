"""Setting automatic payments up, and changing one's mind, without JavaScript."""

from openmember.members.types import system
from openmember.payments.autopay.jobs import run_autopay
from openmember.payments.autopay.queries import find_mandate
from openmember.payments.autopay.types import MandateStatus, What
from openmember.payments.types import Method
from openmember.portal.tests.conftest import in_days

BANK = {
    "holder": "Ana Ruiz",
    "kind": "checking",
    "routing": "021000021",
    "number": "000123456789",
    "again": "000123456789",
}


def set_up_by_card(holder, **what) -> None:
    holder.post("autopay_what", **{"what": "everything", "cap": "", **what})
    holder.post("autopay_how", method="card")
    holder.get("autopay_card")
    holder.post("autopay_agree", agreed="on")


def set_up_by_bank(holder) -> None:
    holder.post("autopay_what", what="premium", cap="500")
    holder.post("autopay_how", method="ach")
    holder.post("autopay_bank", **BANK)
    holder.post("autopay_agree", agreed="on")


def standing(holder):
    return find_mandate(numbers=holder.account.numbers)


def text_of(response) -> str:
    return response.content.decode()


def test_by_card(holder):
    set_up_by_card(holder)

    mandate = standing(holder)
    assert (mandate.instrument.method, mandate.terms.what) == (Method.CARD, What.EVERYTHING)
    assert "Test card ending 4242" in text_of(holder.get("autopay"))


def test_by_bank_account_whose_number_is_never_shown_again(holder):
    set_up_by_bank(holder)

    mandate = standing(holder)
    page = text_of(holder.get("autopay"))
    assert (mandate.instrument.method, mandate.terms.cap_cents) == (Method.ACH, 500_00)
    assert "ending 6789" in page
    assert "000123456789" not in page
    assert "000123456789" not in str(dict(holder.client.session))


def test_nothing_stands_before_the_member_agrees(holder):
    holder.post("autopay_what", what="everything", cap="")
    holder.post("autopay_how", method="card")
    holder.get("autopay_card")

    refused = holder.post("autopay_agree")

    assert refused.status_code == 422
    assert "Check the box to agree." in text_of(refused)
    assert standing(holder) is None


def test_a_slip_in_the_bank_account_is_explained(holder):
    holder.post("autopay_what", what="everything", cap="")

    other = holder.post("autopay_bank", **{**BANK, "again": "000123456780"})
    no_bank = holder.post("autopay_bank", **{**BANK, "routing": "021000022"})

    assert "This is not the same account number" in text_of(other)
    assert "No bank has this routing number" in text_of(no_bank)
    assert standing(holder) is None


def test_the_steps_cannot_be_jumped(holder):
    for page in ("autopay_how", "autopay_bank", "autopay_card", "autopay_agree"):
        assert holder.get(page).url == "/autopay/bills/"


def test_the_next_payment_is_shown_and_can_be_skipped(holder, django_assert_max_num_queries):
    holder.bill(120_00, due_in=15)
    set_up_by_card(holder)
    run_autopay(day=in_days(0), actor=system("autopay"))
    with django_assert_max_num_queries(10):
        page = holder.get("autopay")

    holder.post("autopay_skip", draw=str(page.context["ahead"][0].id))

    assert "$120.00" in text_of(page)
    assert "Skipped" in text_of(holder.get("autopay"))


def test_somebody_elses_payment_cannot_be_skipped(holder, holder_of):
    other = holder_of()
    other.bill(120_00, due_in=15)
    set_up_by_card(other)
    run_autopay(day=in_days(0), actor=system("autopay"))
    draw = other.get("autopay").context["ahead"][0]

    holder.post("autopay_skip", draw=str(draw.id))

    assert other.get("autopay").context["ahead"] == [draw]


def test_paused_until_a_day_and_started_again(holder):
    set_up_by_card(holder)
    day = in_days(30)

    holder.post(
        "autopay_pause",
        until_month=str(day.month),
        until_day=str(day.day),
        until_year=str(day.year),
    )
    paused = standing(holder)
    holder.post("autopay_resume")

    assert (paused.status, paused.paused_until) == (MandateStatus.PAUSED, day)
    assert standing(holder).status is MandateStatus.ACTIVE


def test_a_pause_ends_after_today(holder):
    set_up_by_card(holder)
    day = in_days(0)

    refused = holder.post(
        "autopay_pause",
        until_month=str(day.month),
        until_day=str(day.day),
        until_year=str(day.year),
    )

    assert "Choose a day after today" in text_of(refused)
    assert standing(holder).status is MandateStatus.ACTIVE


def test_stopped_after_one_question(holder):
    set_up_by_card(holder)

    asked = holder.get("autopay_end")
    holder.post("autopay_end")

    assert "Test card ending 4242" in text_of(asked)
    assert standing(holder) is None
    assert holder.get("autopay_end").url == "/autopay/"
