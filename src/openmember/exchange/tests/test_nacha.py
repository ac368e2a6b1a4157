"""ACH files: what is read, what is refused in which words, and that what is written can be read."""

import json
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.exchange.nacha import codes, open_nacha, report_as_dict
from openmember.exchange.nacha.reader import recognise
from openmember.exchange.nacha.testing import SentBack, compose_returns
from openmember.exchange.nacha.writer import (
    BatchHead,
    EntryLine,
    NotWritable,
    Sender,
    Writer,
    parts_of,
)

DATA = Path(__file__).parents[4].parent / "shared" / "data"
SENDER = Sender("121042882", "Reference Bank", "1680000001", "OpenMember")
MADE_AT = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001  as banks write it
ROUTINGS = ["231380104", "121042882", "091400606", "081000210", "101000019"]


def head(number=1, service_class=codes.DEBITS_ONLY, sec="PPD", **facts):
    return BatchHead(
        **{
            "number": number, "service_class": service_class, "company_name": "OpenMember",
            "company_id": "1680000001", "sec": sec, "description": "PREMIUM",
            "effective_on": date(2026, 11, 24), "odfi": "12104288", **facts,
        }
    )  # fmt: skip


def line(sequence=1, cents=40_00, transaction="27", **facts):
    return EntryLine(
        **{
            "transaction": transaction, "routing": ROUTINGS[0], "account": "12345678", "amount_cents": cents,
            "individual_id": "77", "name": "Ana Ruiz", "discretionary": "", "sequence": sequence, **facts,
        }
    )  # fmt: skip


def compose(*batches):
    out = BytesIO()
    writer = Writer(out.write, SENDER, MADE_AT, "A")
    for batch, rows in batches:
        writer.batch(batch, rows)
    writer.end()
    return out.getvalue()


def read(content):
    reading = open_nacha([content])
    return list(reading), reading.report


def problems(content):
    return [(one.line, one.code) for one in read(content)[1].problems if one.severity == "error"]


@pytest.fixture(scope="module")
def files():
    if not (DATA / "expected" / "ach.json").exists():
        pytest.skip("the shared example files are not on this machine")
    return {path.name: path.read_bytes() for path in sorted((DATA / "ach").iterdir())}


def test_each_shared_file_reads_as_expected(files):
    expected = json.loads((DATA / "expected" / "ach.json").read_text())

    read = {name: report_as_dict([content]) for name, content in files.items()}

    assert read == {name: whole["computed"] for name, whole in expected.items()}


def test_each_shared_file_is_taken_or_refused_as_its_authors_say(files):
    expected = json.loads((DATA / "expected" / "ach.json").read_text())

    for name, content in files.items():
        assert (not problems(content)) is expected[name]["upstream"]["upstream_reads"], name
        assert recognise(content), name


def test_each_shared_file_is_read_alike_in_blocks_of_any_size(files):
    for content in files.values():
        blocks = [content[start : start + 37] for start in range(0, len(content), 37)]
        assert report_as_dict(blocks) == report_as_dict([content])


def test_no_line_of_a_shared_file_can_be_lost_unnoticed(files):
    for name, content in files.items():
        lines = content.splitlines(keepends=True)
        for lost, record in enumerate(lines):
            if record[:2] != b"99":
                assert problems(b"".join(lines[:lost] + lines[lost + 1 :])), (name, lost + 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace(b"101 121042882", b"101 121042883"), None),
        (lambda text: text.replace(b"094101", b"094201"), "file_header"),
        (lambda text: text.replace(b"PPD", b"XYZ", 1), "sec"),
        (lambda text: text.replace(b"5225", b"5230", 1), "service_class"),
        (lambda text: text.replace(b"5225", b"5220", 1), "service_class"),
        (lambda text: text.replace(b"231380104", b"231380105"), "check_digit"),
        (lambda text: text.replace(b"627", b"699"), "transaction"),
        (lambda text: text.replace(b"0000004000", b"000000400x", 1), "amount"),
        (lambda text: text.replace(b"  0121042880", b"  1121042880", 1), "addenda"),
        (lambda text: text.replace(b"0121042880000001", b"0121042890000001", 1), "trace"),
        (lambda text: text.replace(b"261124", b"261324", 1), "date"),
        (lambda text: text.replace(b"Ana Ruiz", b"Ana Rui", 1), "line_length"),
        (lambda text: text.replace(b"Ana Ruiz", b"Ana\tRuiz", 1), "characters"),
        (lambda text: text + b"5225\n", "line_length"),
        (lambda text: text.replace(b"\n9000001", b"\n\n9000001"), "blank_line"),
        (lambda text: b"nothing at all", "line_length"),
        (lambda text: b"", "structure"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(change, code):
    content = compose((head(), [line()]))

    found = [code for _line, code in problems(change(content))]

    assert (code in found) if code else not found


def test_a_problem_says_the_line_and_both_figures():
    figures = b"%012d%012d1680000001"
    content = compose((head(), [line()])).replace(figures % (4000, 0), figures % (4100, 0))

    (problem,) = read(content)[1].problems

    assert (problem.line, problem.message) == (
        4, "The total of debits says 4100; the records say 4000.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "columns", [(1, 4), (4, 10), (10, 20), (20, 32), (32, 44), (44, 54), (79, 87), (87, 94)]
)
def test_each_figure_of_a_batch_control_is_checked(columns):
    assert_noticed(b"8", columns)


@pytest.mark.parametrize("columns", [(1, 7), (13, 21), (21, 31), (31, 43), (43, 55)])
def test_each_figure_of_a_file_control_is_checked(columns):
    assert_noticed(b"9", columns)


def assert_noticed(kind, columns):
    lines = compose((head(), [line(), line(2, 55_00)])).splitlines()
    place = next(place for place, record in enumerate(lines) if record[:1] == kind)
    for column in range(*columns):
        for other in b"0123456789":
            changed = bytearray(lines[place])
            if changed[column] == other:
                continue
            changed[column] = other
            damaged = b"\n".join([*lines[:place], bytes(changed), *lines[place + 1 :]]) + b"\n"
            assert place + 1 in [line for line, _code in problems(damaged)], (column, other)


def test_a_block_count_that_is_off_is_told_and_refuses_nothing():
    content = compose((head(), [line()])).replace(b"9000001000001", b"9000001000002")

    report = read(content)[1]

    assert (report.error_count, [one.code for one in report.problems]) == (0, ["block_count"])


def test_returns_and_changes_are_read():
    content = compose_returns(
        [
            SentBack("R14", "121042880000001", 40_00, died_on="261101"),
            SentBack("C02", "121042880000002", corrected="091400606"),
        ]
    )

    (returned, changed), report = read(content)

    assert report.problems == ()
    assert (returned.returned.code, returned.returned.died_on, returned.amount_cents) == (
        "R14",
        "261101",
        40_00,
    )
    assert (changed.change.corrected, changed.batch.sec) == ("091400606", "COR")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [(b"R14", b"R99", "return_code"), (b"C02", b"C92", "change_code"), (b"799R14", b"797R14", "addenda"),
     (b"COR", b"PPD", "change"), (b"799R14121042880000001", b"799R1412104288000000x", "trace")],
)  # fmt: skip
def test_returns_that_cannot_be_are_refused(old, new, code):
    content = compose_returns(
        [
            SentBack("R14", "121042880000001", 40_00),
            SentBack("C02", "121042880000002", corrected="091400606"),
        ]
    )

    assert code in [code for _line, code in problems(content.replace(old, new))]


def test_a_file_without_its_padding_and_with_windows_lines_is_read():
    content = compose((head(), [line()]))
    bare = b"\r\n".join(one for one in content.splitlines() if one != b"9" * 94) + b"\r\n"

    report = read(bare)[1]

    assert (report.error_count, report.shape.eol, report.shape.padding_lines) == (0, "CRLF", 0)


entries = st.tuples(
    st.sampled_from(["22", "27", "32", "37"]),
    st.sampled_from(ROUTINGS),
    st.from_regex(r"[A-Za-z0-9-]{1,17}", fullmatch=True),
    st.integers(1, 10**10 - 1),
    st.from_regex(r"[0-9]{0,15}", fullmatch=True),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=22),
    st.sampled_from(["", "S", "R"]),
)


@given(st.lists(st.lists(entries, min_size=1, max_size=8), min_size=1, max_size=4))
def test_what_is_written_is_read_back_as_it_was(batches):
    written = [
        (
            head(number, codes.MIXED),
            [EntryLine(*entry, sequence=place) for place, entry in enumerate(rows, start=1)],
        )
        for number, rows in enumerate(batches, start=1)
    ]

    content = compose(*written)
    found, report = read(content)

    assert report.problems == ()
    assert len(content) % 950 == 0
    assert [as_line(entry) for entry in found] == [row for _head, rows in written for row in rows]
    assert report.totals.debit_cents == sum(
        row.amount_cents for _head, rows in written for row in rows if row.transaction[1] == "7"
    )


def as_line(entry):
    return EntryLine(
        entry.transaction, entry.routing, entry.account, entry.amount_cents, entry.individual_id,
        entry.name, entry.discretionary, int(entry.trace[8:]),
    )  # fmt: skip


@given(st.lists(entries, min_size=1, max_size=6), st.data())
def test_no_single_digit_of_a_control_can_change_unnoticed(rows, data):
    content = compose(
        (head(1, codes.MIXED), [EntryLine(*row, sequence=n) for n, row in enumerate(rows, 1)])
    )
    lines = content.splitlines()
    place = data.draw(
        st.sampled_from(
            [n for n, one in enumerate(lines) if one[:1] in (b"8", b"9") and one != b"9" * 94]
        )
    )
    figures = range(1, 44) if lines[place][:1] == b"8" else [*range(1, 7), *range(13, 55)]
    column = data.draw(st.sampled_from(list(figures)))
    other = data.draw(
        st.sampled_from([digit for digit in b"0123456789" if digit != lines[place][column]])
    )
    lines[place] = lines[place][:column] + bytes([other]) + lines[place][column + 1 :]

    assert problems(b"\n".join(lines) + b"\n")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"account": "1" * 18}, "account number has 18"),
        ({"name": "x" * 23}, "name has 23"),
        ({"individual_id": "1" * 16}, "individual id has 16"),
        ({"name": "José"}, "character that no ACH file has"),
        ({"name": "a\nb"}, "character that no ACH file has"),
        ({"cents": 10**10}, "amount is below zero or too large"),
        ({"cents": -1}, "amount is below zero or too large"),
        ({"cents": 0}, "another amount than its code"),
        ({"account": ""}, "no account"),
        ({"transaction": "28"}, "another amount than its code"),
        ({"routing": "231380105"}, "no routing number"),
        ({"routing": "23138010"}, "no routing number"),
        ({"transaction": "22"}, "service class excludes"),
        ({"transaction": "99"}, "transaction code"),
        ({"sequence": 0}, "does not follow"),
    ],
)
def test_what_does_not_fit_is_refused_and_never_cut(facts, said):
    with pytest.raises(NotWritable, match=said):
        compose((head(), [line(**facts)]))


@pytest.mark.parametrize(
    "facts",
    [{"company_name": "x" * 17}, {"description": "x" * 11}, {"odfi": "1210"}, {"sec": "COR"}],
)
def test_a_header_that_does_not_fit_is_refused(facts):
    with pytest.raises(NotWritable):
        compose((head(**facts), [line()]))


def test_an_empty_batch_is_refused():
    with pytest.raises(NotWritable, match="no entry"):
        compose((head(), []))


def test_the_same_entries_are_the_same_bytes():
    assert compose((head(), [line()])) == compose((head(), [line()]))


def test_a_sum_too_large_for_one_entry_is_parted():
    parts = list(parts_of(25_000_000_000))

    assert sum(parts) == 25_000_000_000
    assert max(parts) == 9_999_999_999


def test_another_reader_finds_the_same_totals():
    achkit = pytest.importorskip("achkit", reason="the independent reader is not installed")
    rows = [line(place, cents=10_00 * place, routing=ROUTINGS[place % 5]) for place in range(1, 30)]
    content = compose((head(), rows), (head(2, codes.CREDITS_ONLY), [line(31, 5_00, "22")]))

    theirs = achkit.parse(content.decode())
    (_entries, ours) = read(content)

    amounts = [entry["amount_cents"] for batch in theirs["batches"] for entry in batch["entries"]]
    assert sum(amounts) == ours.totals.debit_cents + ours.totals.credit_cents
    assert len(amounts) == ours.totals.entries == 30
    assert achkit.validate(content.decode()) == {"ok": True, "errors": []}
