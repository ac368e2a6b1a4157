"""`openmember grace sweep`, as an operator runs it every day."""

from datetime import date

from openmember.billing.grace.testing import a_covered_account, a_premium


def test_the_sweep_says_what_it_did_and_does_it_once(openmember):
    account = a_covered_account()
    a_premium(account, date(2026, 1, 1))

    first = openmember("grace", "sweep", "--date", "2026-01-02", "--json")
    again = openmember("grace", "sweep", "--date", "2026-01-02", "--json")

    assert (first.code, first.json["steps"]) == (0, {"opened": 1})
    assert again.json["steps"] == {}
