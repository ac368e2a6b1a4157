"""`openmember ach`, `openmember returns` and ACH files given to `openmember import`."""

from openmember.exchange.nacha import open_nacha
from openmember.exchange.nacha.testing import compose_returns
from openmember.payments.ach.queries import list_files
from openmember.payments.ach.testing import a_debit, a_file, entries_of, sent_back
from openmember.payments.testing import an_account


def test_a_file_is_written_acknowledged_and_settled(openmember, tmp_path):
    a_debit(an_account(), 40_00)

    written = openmember("ach", "file", "--date", "2026-11-23", "--out", str(tmp_path), "--json")
    again = openmember("ach", "file", "--date", "2026-11-23", "--out", str(tmp_path), "--json")
    name = written.json["written"][0]["name"]
    taken = openmember("ach", "acknowledged", name, "--json")
    settled = openmember("ach", "settle", "--date", "2027-12-31", "--json")

    assert (written.code, written.json["written"][0]["debit_cents"]) == (0, 40_00)
    assert (again.json["written"], [one["name"] for one in again.json["written_before"]]) == (
        [],
        [name],
    )
    assert (taken.json["status"], settled.json["batches"]) == ("acknowledged", 1)
    with (tmp_path / name).open("rb") as source:
        assert open_nacha(source).report.problems == ()


def test_what_is_unknown_is_refused_in_a_sentence(openmember, tmp_path):
    folder = openmember("ach", "file", "--out", str(tmp_path / "none"), "--json")
    name = openmember("ach", "acknowledged", "ach-20200101-a.ach", "--json")

    assert (folder.code, name.code) == (1, 1)
    assert folder.json["error"].endswith("is not a folder.")
    assert name.json["error"] == "No file of ours is called ach-20200101-a.ach."


def test_returns_are_taken_by_either_command(openmember, tmp_path):
    for _ in range(2):
        a_debit(an_account(), 40_00)
    first, second = entries_of(tmp_path, a_file(tmp_path, settled=True))
    one, two, broken = (tmp_path / name for name in ("one", "two", "broken"))
    one.write_bytes(compose_returns([sent_back(first, "R02")]))
    two.write_bytes(compose_returns([sent_back(second, "R02")]))
    broken.write_bytes(compose_returns([sent_back(second, "R02")]).replace(b"R02", b"R00"))

    by_import = openmember("import", str(one), "--json")
    by_returns = openmember("returns", "import", str(two))
    refused = openmember("returns", "import", str(broken), "--json")

    assert (by_import.json["format"], by_import.json["posted"]) == ("nacha", 1)
    assert by_import.json["computed"]["batches"][0]["returns"][0]["code"] == "R02"
    assert (by_returns.code, "R02 applied, new_account: 40.00" in by_returns.out) == (0, True)
    assert (refused.code, refused.json["accepted"]) == (1, False)
    assert refused.json["problems"][0]["line"] == 4
    assert list_files()[0].returned == 2
