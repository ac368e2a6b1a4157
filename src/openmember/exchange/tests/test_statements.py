"""MT940, camt and lockbox files: what they say, and that nothing wrong with one goes unnoticed."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.exchange import camt, lockbox, mt940

DATA = Path(__file__).parents[5] / "shared" / "data"
needs_samples = pytest.mark.skipif(
    not (DATA / "bank").exists(), reason="the shared sample files are not here"
)

MT940 = b"""{1:F01BANKUS33AXXX0000000000}{2:O9400600}{4:
:20:NOV20
:25:121000358/0004589761
:28C:224/1
:60F:C261119USD1000,00
:61:2611201120CD500,25NTRFNONREF//FT26324
ACME PAYROLL
:86:/NAME/ANA RUIZ/REMI/PREMIUM 1015 8236 4711
:61:261120D70,NCHK1001
:62F:C261120USD1430,25
-}
"""
MT942 = b""":20:NOV20
:25:121000358/0004589761
:28C:224/2
:34F:USD0,00
:13D:2611201200+0000
:61:261120C10,00NTRFNONREF
:90D:0USD0,00
:90C:1USD10,00
-
"""
LOCKBOX = b"""100OPENMEMBER00912345672611201800
2OPENMEMBER0091234567000000000040008000801
50000000068751261120OPENMEMBER0091234567
60010010000025000121000358000123455500000001801119 6ANA RUIZ                      HEALTH PLAN
40010016010101582364711
40010016029SECOND LINE
60010020000012000121000358000123455600000001811119 6BO LAKE                       HEALTH PLAN
700100000687512611200020000037000
8000000006875126112000020000037000
9000010
""".replace(b"1119 6", b"111926")
FIXED = (
    "HOMLB1006875120261120F0000001\n"
    "D000100001"
    "0000025000121000358"
    f"{'123455':>17}0000000180"
    "20261119"
    f"{'ANA RUIZ':<30}{'':<26}PAY\n"
    "T000001000000025000\n"
).encode()
CAMT = (Path(__file__).parent / "files" / "statement.camt053").read_bytes()
READERS = {
    "mt940": (mt940, mt940.read_mt940, MT940),
    "mt942": (mt940, mt940.read_mt940, MT942),
    "lockbox": (lockbox, lockbox.read_lockbox, LOCKBOX),
    "fixed": (lockbox, lockbox.read_lockbox, FIXED),
    "camt": (camt, camt.read_camt, CAMT),
}


def codes(kind: str, content: bytes) -> list[str]:
    return [one.code for one in READERS[kind][1](content).problems]


def test_a_statement_says_who_paid_and_for_what():
    (statement,) = mt940.read_mt940(MT940).statements
    first, second = statement.entries

    assert (first.signed, first.payer, first.bank_reference) == (
        mt940.reader.fields.amount_of("500,25"), "ANA RUIZ", "FT26324",
    )  # fmt: skip
    assert first.text == "ACME PAYROLL PREMIUM 1015 8236 4711"
    assert (second.signed, second.customer_reference) == (-70, "1001")


def test_an_interim_report_is_held_to_its_counts():
    (report,) = mt940.read_mt940(MT942).statements

    assert (report.is_interim, report.closing) == (True, None)
    assert codes("mt942", MT942.replace(b"90C:1USD10,00", b"90C:2USD10,00")) == ["control"]
    assert codes("mt942", MT942.replace(b"90C:1USD10,00", b"90C:1USD11,00")) == ["control"]


def test_what_was_taken_back_changes_the_balance_the_other_way():
    reversed_ = MT940.replace(b"C261120USD1430,25", b"C261120USD1570,25").replace(
        b"1120D70", b"1120RD70"
    )

    assert codes("mt940", reversed_.replace(b":61:261120D70", b":61:261120RD70")) == []


def test_a_lockbox_gives_each_check_with_what_was_keyed():
    first, second = lockbox.read_lockbox(LOCKBOX).checks

    assert (first.amount_cents, first.remitter, first.overflow) == (
        250_00, "ANA RUIZ", ["101582364711", "SECOND LINE"],
    )  # fmt: skip
    assert (second.deposited_on, second.number, second.overflow) == (date(2026, 11, 20), 181, [])


def test_the_fixed_layout_is_read_too():
    (check,) = lockbox.read_lockbox(FIXED).checks

    assert (check.amount_cents, check.account, check.remitter) == (250_00, "123455", "ANA RUIZ")


def test_a_batch_of_transactions_is_as_many_movements():
    file = camt.read_camt(CAMT)
    (statement,) = file.statements

    assert [one.amount_cents for one in statement.movements] == [100_00, 200_00, -70_00]
    assert (statement.movements[0].payer, statement.movements[0].type_code) == (
        "Ana Ruiz",
        "PMNT-RCDT-ESCT",
    )
    assert {one.entry_reference for one in statement.movements[:2]} == {"B77"}
    assert [one.code for one in file.notes] == ["not-booked"]


@pytest.mark.parametrize("kind", READERS)
def test_a_sound_file_has_no_problems(kind):
    assert codes(kind, READERS[kind][2]) == []
    assert codes(kind, READERS[kind][2].replace(b"\n", b"\r\n")) == []


@pytest.mark.parametrize(
    ("kind", "old", "new", "code"),
    [
        ("mt940", b"USD1430,25", b"USD1430,26", "does-not-add-up"),
        ("mt940", b":62F:C261120USD1430,25\n", b"", "truncated"),
        ("mt940", b":25:121000358/0004589761\n", b"", "account"),
        ("mt940", b"CD500,25", b"CD500.25", "movement"),
        ("mt940", b":61:2611201120", b":61:2613201120", "movement"),
        ("mt940", b":20:NOV20\n", b"", "order"),
        ("mt940", b"C261119USD", b"C261119EUR", "currency"),
        ("mt940", b"60F:C261119", b"60F:X261119", "balance"),
        ("mt940", b":61:261120D70", b":99:261120D70", "unknown-field"),
        ("lockbox", b"0000025000121", b"0000025001121", "control"),
        ("lockbox", b"9000010", b"9000008", "control"),
        ("lockbox", b"8000000006875126112000020000037000", b"8000000006875126112000030000037000", "control"),
        ("lockbox", b"40010016029SECOND LINE\n", b"", "overflow"),
        ("lockbox", b"40010016010", b"40010026010", "overflow"),
        ("lockbox", b"9000010\n", b"", "truncated"),
        ("lockbox", b"700100000", b"X00100000", "unknown-record"),
        ("lockbox", b"2OPEN", b"5OPEN", "layout"),
        ("lockbox", b"50000000068751261120", b"50000000068751261340", "date"),
        ("fixed", b"T000001000000025000", b"T000001000000025001", "control"),
        ("fixed", b"T000001000000025000\n", b"", "truncated"),
        ("fixed", b"HOMLB10068751", b"HOMLB100687X1", "header"),
        ("camt", b"1230.00", b"1230.01", "does-not-add-up"),
        ("camt", b">200.00<", b">200.01<", "does-not-add-up"),
        ("camt", b"<Sum>300.00", b"<Sum>301.00", "control"),
        ("camt", b'Ccy="USD">70', b'Ccy="EUR">70', "currency"),
        ("camt", b">70.00<", b">7x.00<", "movement"),
        ("camt", b"<Cd>CLBD</Cd>", b"<Cd>XXXX</Cd>", "balance"),
        ("camt", b"</Stmt>", b"", "xml"),
        ("camt", b"<Document", b'<!DOCTYPE a [<!ENTITY b "c">]><Document', "xml"),
    ],
)  # fmt: skip
def test_each_damage_is_named_with_its_line(kind, old, new, code):
    content = READERS[kind][2]
    assert old in content

    problems = READERS[kind][1](content.replace(old, new, 1)).problems

    assert code in [one.code for one in problems]
    assert all(one.line >= 1 and one.message.endswith(".") for one in problems)


@pytest.mark.parametrize("kind", ["lockbox", "fixed"])
def test_each_line_lost_or_repeated_is_noticed(kind):
    lines = READERS[kind][2].splitlines(keepends=True)
    for place in range(len(lines)):
        assert codes(kind, b"".join(lines[:place] + lines[place + 1 :])), lines[place]
        assert codes(kind, b"".join([*lines[:place], lines[place], *lines[place:]])), lines[place]


@pytest.mark.parametrize("kind", READERS)
@given(noise=st.binary(max_size=200), place=st.integers(0, 400))
def test_nothing_in_a_file_raises(kind, noise, place):
    room, read, content = READERS[kind]
    room.report_as_dict(read(content[:place] + noise + content[place:]))


@pytest.mark.parametrize(
    ("room", "kind"),
    [(mt940, "mt940"), (mt940, "mt942"), (lockbox, "lockbox"), (lockbox, "fixed"), (camt, "camt")],
)  # fmt: skip
def test_the_first_bytes_tell_which_it_is(room, kind):
    looks = {
        mt940: mt940.looks_like_mt940,
        lockbox: lockbox.looks_like_lockbox,
        camt: camt.looks_like_camt,
    }
    head = READERS[kind][2]

    assert [one for one, look in looks.items() if look(head)] == [room]
    assert not looks[room](
        b"101 231380104 1210428821811190000A094101Federal Reserve Bank   My Bank Name           "
    )
    assert not looks[room](b"ISA*00*")


@needs_samples
@pytest.mark.parametrize(
    "name",
    ["mt940_cmxl_mt940.sta", "mt940_jejik_generic.sta", "mt940_jejik_ing.sta",
     "mt940_jejik_rabobank-iban.sta", "lockbox_valid.bai"],
)  # fmt: skip
def test_the_sample_files_say_what_is_expected(name):
    expected = json.loads((DATA / "expected" / "bank.json").read_text(encoding="utf-8"))[name]
    expected.pop("note", None)  # What the file's keeper says of it, not the file.
    content = (DATA / "bank" / name).read_bytes()
    room = lockbox if name.endswith(".bai") else mt940
    read = lockbox.read_lockbox if name.endswith(".bai") else mt940.read_mt940

    assert room.report_as_dict(read(content)) == expected


@pytest.mark.parametrize(
    "amount", [b"1E999999", b"1E5000", b"1E22", b"9" * 20, b"0.001", b"-1", b"NaN"]
)
def test_an_amount_that_is_none_is_a_problem(amount):
    assert "movement" in codes("camt", CAMT.replace(b">70.00<", b">" + amount + b"<"))


@pytest.mark.parametrize("kind", ["lockbox", "fixed"])
@pytest.mark.parametrize("character", [b"\x00", b"\x07", b"\x1b"])
def test_a_character_that_is_no_text_refuses_a_lockbox_file(kind, character):
    damaged = READERS[kind][2].replace(b"ANA RUIZ", b"ANA" + character + b"RUIZ")

    assert "control-character" in codes(kind, damaged)
