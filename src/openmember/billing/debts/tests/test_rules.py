"""What bars collection, each bar with its rule. No database."""

from datetime import date, timedelta

import pytest

from openmember.billing.debts.laws import OURS, BadLaws, get_laws, read_laws
from openmember.billing.debts.rules import EXTRAORDINARY, may_collect
from openmember.billing.debts.types import Action, BillFacts
from openmember.billing.types import Line

BILLED = date(2026, 1, 15)


def a_bill(**facts) -> BillFacts:
    known = {
        "line": Line.MEDICAL, "open_cents": 900_00, "first_billed_on": BILLED,
        "due_on": BILLED + timedelta(days=30), "held": False, "on_plan": False,
        "eca_noticed_on": BILLED, **facts,
    }  # fmt: skip
    return BillFacts(**known)


def bars(bill, state="GA", today=date(2027, 1, 1), action=Action.PLACE):
    return [bar.name for bar in may_collect(bill, state, today, get_laws(), action).bars]


@pytest.mark.parametrize(
    ("state", "today", "barred"),
    [
        # EX R501-NOTIFY | 2026-01-15 | 2026-05-15 | first ECA day May 16
        ("GA", date(2026, 5, 15), ["R501-NOTIFY"]),
        ("GA", date(2026, 5, 16), []),
        # EX CA-HFPA-COLLECT | 2026-01-15 | 2026-07-14
        ("CA", date(2026, 5, 15), ["CA-HFPA-COLLECT", "R501-NOTIFY"]),
        ("CA", date(2026, 7, 14), ["CA-HFPA-COLLECT"]),
        ("CA", date(2026, 7, 15), []),
    ],
)
def test_nothing_is_collected_before_the_law_allows_it(state, today, barred):
    assert bars(a_bill(), state, today) == barred


def test_a_bar_tells_its_law_and_its_last_day():
    (bar,) = may_collect(a_bill(), "CA", date(2026, 7, 14), get_laws()).bars

    assert (bar.citation, bar.confidence, bar.until) == (
        "HSC 127425(d); AB 1020", "secondary", date(2026, 7, 14),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"held": True}, "on_hold"),
        ({"on_plan": True}, "on_plan"),
        ({"stops": ("application",)}, "application_open"),
        ({"stops": ("appeal",)}, "appeal_open"),
        ({"stops": ("bankruptcy",)}, "stopped"),
        ({"open_cents": 0}, "nothing_open"),
        ({"line": Line.PREMIUM}, "premium"),
    ],
)
@pytest.mark.parametrize("action", Action)
def test_a_dispute_a_plan_or_an_application_bars_everything(facts, name, action):
    assert name in bars(a_bill(**facts), action=action)


@pytest.mark.parametrize("state", ["CA", "CO", "DC", "GA", "HI", "MD", "OR", "VA", "WA", ""])
def test_no_debt_is_ever_furnished_to_a_credit_bureau(state):
    assert "never_reported" in bars(a_bill(), state, date(2030, 1, 1), Action.REPORT)


@pytest.mark.parametrize("action", sorted(EXTRAORDINARY))
def test_extraordinary_actions_wait_for_thirty_days_notice(action):
    unnoticed = bars(a_bill(eca_noticed_on=None), action=action)
    on_last_day = bars(a_bill(eca_noticed_on=date(2026, 12, 2)), action=action)
    after = bars(a_bill(eca_noticed_on=date(2026, 12, 1)), action=action)

    assert "R501-ECA-NOTE" in unnoticed
    assert "R501-ECA-NOTE" in on_last_day
    assert "R501-ECA-NOTE" not in after


@pytest.mark.parametrize(
    ("cents", "today", "barred"),
    [
        (500_00, date(2027, 1, 1), ["suit_too_small"]),
        (500_01, date(2027, 1, 1), []),
        (500_01, date(2026, 9, 12), ["suit_too_early"]),
        (500_01, date(2026, 9, 13), []),
    ],
)
def test_maryland_bars_suits_early_and_on_little(cents, today, barred):
    assert bars(a_bill(open_cents=cents), "MD", today, Action.SUE) == barred


def test_maryland_bars_liens():
    assert bars(a_bill(), "MD", action=Action.LIEN) == ["no_lien"]


def test_a_pharmacy_bill_is_collected_only_past_due():
    bill = a_bill(line=Line.PHARMACY)

    assert bars(bill, today=bill.due_on) == ["not_due"]
    assert bars(bill, today=bill.due_on + timedelta(days=1)) == []


def test_a_wrong_file_is_refused(tmp_path):
    path = tmp_path / "states.toml"
    path.write_text(OURS.read_text(encoding="utf-8").replace('"500.00"', '"x"'), encoding="utf-8")

    with pytest.raises(BadLaws, match=r"states\.toml"):
        read_laws(path)
