"""`openmember import` of remittances and `openmember charges import`, as an operator runs them."""

import pytest

from openmember.exchange.x820.testing import Paid, compose_820
from openmember.exchange.x835.testing import Decided, Served, compose_835
from openmember.payments.jobs import check_books
from openmember.payments.testing import a_member, an_account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(transactional_db):
    return an_account(holder=a_member(first="Ana", last="River"))


def test_remittances_are_taken_in_twice_and_counted_once(openmember, account, tmp_path):
    premiums, claims = tmp_path / "premiums.x12", tmp_path / "claims.x12"
    lines = (("APTC", 30_00), ("PREM", 12_50))
    premiums.write_bytes(compose_820([Paid(account.number, lines)]))
    share = Served(200_00, (("PR", "1", 60_00),))
    claims.write_bytes(compose_835([Decided(account.number, (share,))]))

    first = [openmember("import", str(path), "--json") for path in (premiums, claims)]
    again = openmember("import", str(premiums), "--json")

    assert [said.code for said in (*first, again)] == [0] * 3
    assert [said.json["format"] for said in first] == ["x12-820", "x12-835"]
    assert first[0].json["effects"]["posted_cents"] == 42_50
    assert first[1].json["effects"]["asked_cents"] == 60_00
    assert again.json["already_taken"] is True
    assert check_books() == ()


def test_what_does_not_add_up_exits_1_and_names_each_difference(openmember, account, tmp_path):
    path = tmp_path / "premiums.x12"
    path.write_bytes(compose_820([Paid(account.number, (("APTC", 30_00),))], amount_cents=1))

    said = openmember("import", str(path))

    assert said.code == 1
    assert "come to 30.00, but BPR02 says 0.01" in said.out


def test_charges_are_taken_whole_or_not_at_all(openmember, account, tmp_path):
    path = tmp_path / "charges.csv"
    head = "account,visit,kind,date,description,amount\n"
    good = f"{account.number},V1,visit,2026-11-18,Copay,25.00\n"
    path.write_text(head + good + good.replace("V1", "V2").replace("25.00", "free"))
    refused = openmember("charges", "import", str(path), "--json")
    path.write_text(head + good)
    taken = openmember("charges", "import", str(path), "--json")

    assert (refused.code, refused.json["problems"][0]["row"]) == (1, 3)
    assert (taken.code, taken.json["bills_raised"]) == (0, 1)
