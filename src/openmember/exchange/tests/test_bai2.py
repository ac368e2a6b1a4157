"""BAI2 files: what they say, and that nothing wrong with one goes unnoticed."""

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.exchange.bai2 import looks_like_bai2, read_bai2, report_as_dict
from openmember.exchange.bai2.records import Fields, Record

DATA = Path(__file__).parents[5] / "shared" / "data"

DAY = b"""01,122099999,OPENMEMBER,261121,0600,7,80,,2/
02,OPENMEMBER,122099999,1,261120,2359,USD,2/
03,0004589761,USD,010,100000,,,015,153000,,/
88,100,60000,2,,400,7000,1,/
16,165,50000,S,10000,40000,,SANDBOX01,,SANDBOX PAYOUT/
16,142,10000,D,2,0,4000,1,6000,REF7,CUST7,LOCKBOX 68,
88,SECOND HALF/
16,455,7000,V,261120,,ACHRET,,RETURNED, NOT PAID
49,387000,7/
98,387000,1,9/
99,387000,1,11/
"""


def problems(content: bytes) -> list[str]:
    return [one.code for one in read_bai2(content).problems]


def changed(old: bytes, new: bytes) -> bytes:
    assert old in DAY
    return DAY.replace(old, new, 1)


def test_a_day_is_read_whole():
    file = read_bai2(DAY)

    assert file.problems == []
    (group,) = file.groups
    (account,) = group.accounts
    assert (account.number, account.currency) == ("0004589761", "USD")
    assert (account.balance("010"), account.balance("015")) == (1000_00, 1530_00)
    assert [one.signed_amount for one in account.transactions] == [500_00, 100_00, -70_00]
    assert [one.funds for one in account.transactions] == ["S", "D", "V"]
    assert account.transactions[1].text == "LOCKBOX 68, SECOND HALF"
    assert account.transactions[2].text == "RETURNED, NOT PAID"


@pytest.mark.parametrize("ending", [b"/\n", b"/\r\n", b"\n", b"/      \n"])
def test_records_may_end_in_every_way_banks_end_them(ending):
    assert problems(DAY.replace(b"/\n", ending)) == []


def test_a_file_without_its_last_line_break_is_whole():
    assert problems(DAY.rstrip()) == []
    assert problems(b"\xef\xbb\xbf" + DAY) == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"49,387000,7", b"49,387001,7", "control"),
        (b"49,387000,7", b"49,387000,8", "control"),
        (b"98,387000,1,9", b"98,387000,2,9", "control"),
        (b"99,387000,1,11", b"99,387000,1,12", "control"),
        (b"015,153000", b"015,153001", "balance"),
        (b"16,165,50000,S,10000", b"16,165,50000,S,10001", "funds"),
        (b"D,2,0,4000,1,6000", b"D,2,0,4000,1,6001", "funds"),
        (b"D,2,0", b"D,9,0", "funds"),
        (b"16,142,10000,D", b"16,142,10000,Q", "funds"),
        (b"16,165,50000", b"16,165,500.00", "amount"),
        (b"16,165,50000", b"16,165,-50000", "amount"),
        (b"16,165,50000", b"16,165,", "amount"),
        (b"16,165", b"16,16X", "type"),
        (b"02,OPENMEMBER,122099999,1", b"02,OPENMEMBER,122099999,9", "status"),
        (b",261120,2359", b",261340,2359", "date"),
        (b"V,261120", b"V,269920", "date"),
        (b"0600,7,80,,2", b"0600,7,80,,1", "version"),
        (b"16,455", b"17,455", "unknown-record"),
        (b"49,387000,7/\n", b"", "truncated"),
        (b"98,387000,1,9/\n", b"", "truncated"),
        (b"99,387000,1,11/\n", b"", "truncated"),
        (b"02,OPENMEMBER,122099999,1,261120,2359,USD,2/\n", b"", "order"),
        (b"03,0004589761,USD,010,100000,,,015,153000,,/\n", b"", "order"),
        (b"01,122099999,OPENMEMBER,261121,0600,7,80,,2/\n", b"", "no-header"),
        (b"99,387000,1,11/\n", b"99,387000,1,11/\n16,165,1,,,/\n", "trailing-data"),
        (b"01,122099999", b"88,MORE/\n01,122099999", "continuation"),
        (b"RETURNED", b"RETU\x01NED", "control-character"),
    ],
)  # fmt: skip
def test_each_damage_is_named(old, new, code):
    assert code in problems(changed(old, new))


def test_each_line_lost_or_repeated_is_noticed():
    lines = DAY.splitlines(keepends=True)
    for place in range(len(lines)):
        assert problems(b"".join(lines[:place] + lines[place + 1 :])), lines[place]
        assert problems(b"".join([*lines[:place], lines[place], *lines[place:]])), lines[place]


def test_a_file_cut_anywhere_is_noticed():
    for size in range(len(DAY.rstrip()) - 1):
        assert problems(DAY[:size]), size


def test_totals_the_details_do_not_bear_out_are_a_note_and_no_fault():
    file = read_bai2(changed(b"88,100,60000", b"88,100,60001").replace(b"387000", b"387001"))

    assert file.problems == []
    assert "the transactions listed make 60000" in file.notes[0].message


def test_no_problem_quotes_what_the_file_says():
    for content in (changed(b"50000,S", b"JOHNSMITH,S"), changed(b"16,165", b"SECRET,165")):
        assert not [
            one
            for one in read_bai2(content).problems
            if "JOHNSMITH" in one.message or "SECRET" in one.message
        ]


@given(st.binary(max_size=400))
def test_nothing_in_a_file_raises(noise):
    read_bai2(noise)
    report_as_dict(read_bai2(DAY[:120] + noise + DAY[120:]))


def test_the_first_bytes_tell_a_bank_file():
    assert looks_like_bai2(DAY[:100])
    assert not looks_like_bai2(b"ISA*00*")
    assert not looks_like_bai2(b"101 091000019")  # A NACHA file.


@pytest.mark.skipif(not (DATA / "bank").exists(), reason="the shared sample files are not here")
@pytest.mark.parametrize("name", ["bai2_sample1.txt", "bai2_sample2.txt"])
def test_the_sample_files_say_what_is_expected(name):
    expected = json.loads((DATA / "expected" / "bank.json").read_text(encoding="utf-8"))[name]

    assert report_as_dict(read_bai2((DATA / "bank" / name).read_bytes())) == expected


def test_continuations_take_time_in_proportion_to_their_number():
    def seconds(count: int) -> float:
        fields, started = Fields(Record("03", 1, ["010"] * count)), process_time()
        while not fields.is_exhausted:
            fields.next()
        return process_time() - started

    assert seconds(200_000) < 40 * min(seconds(20_000) for _turn in range(3))


def test_fields_are_read_without_moving_those_that_follow():
    fields = Fields(Record("03", 1, ["A,B", "C", "D, E"]))

    assert [fields.next() for _field in range(3)] == ["A", "B", "C"]
    assert (fields.text(), fields.is_exhausted, fields.next()) == ("D, E", True, "")
