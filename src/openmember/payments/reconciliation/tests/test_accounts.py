"""The list of our own accounts: each name means one of them, and a list that cannot be right is refused."""

import pytest

from openmember.payments.reconciliation.accounts import (
    BadAccounts,
    get_own_accounts,
    read_own_accounts,
)

ONE = '[[account]]\nid = "a"\nnumber = "1"\nnames = ["B/1"]\nlockboxes = ["7"]\n'


def test_a_name_with_its_bank_means_one_account():
    ours = get_own_accounts()

    for bank, account in (
        ("122099999", "0004589761"),
        ("121000358", "000 4589761"),
        ("", "bankus33/0004589761"),
    ):
        found = ours.find(bank, account)
        assert found is not None
        assert found.id == "operating"
    assert ours.find("122099998", "0004589761") is None
    assert ours.find("", "0004589761") is None
    assert ours.of_lockbox("0068751") is not None
    assert ours.of_lockbox("1") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "cannot be read"),
        ("[[account]]\nid = 1", "cannot be read"),
        (ONE + ONE, "one id"),
        (ONE + ONE.replace('"a"', '"b"'), "one name"),
        (ONE + ONE.replace('"a"', '"b"').replace("B/1", "b/2"), "one lockbox"),
        (ONE.replace('number = "1"', 'number = ""'), "1 to 40 characters"),
        (ONE.replace('"a"', '"a/b"'), "an id has"),
        (ONE.replace('"a"', '""'), "a id is a word"),
    ],
)
def test_a_list_that_cannot_be_right_is_refused(tmp_path, content, said):
    path = tmp_path / "accounts.toml"
    path.write_text(content)

    with pytest.raises(BadAccounts, match=said):
        read_own_accounts(path)
