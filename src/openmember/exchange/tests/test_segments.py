from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.exchange.testing import Sending, compose_x12
from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.segments import MAX_CHARACTERS, SegmentReader
from openmember.exchange.x12.types import Delimiters

WHOLE = b"".join(compose_x12([[("REF", "17", "Köln"), ("N3", "1 Main", "Flat 2")]]))


def read(content, chunk_size=None):
    """Return the elements of each segment and the codes of the problems."""
    log = ProblemLog()
    size = chunk_size or len(content) or 1
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    rows = [segment.elements for segment in SegmentReader(pieces, log)]
    return rows, [problem.code for problem in log.problems]


def test_segments_are_cut_into_elements():
    rows, codes = read(WHOLE)

    assert rows[3:5] == [["REF", "17", "Köln"], ["N3", "1 Main", "Flat 2"]]
    assert codes == []


@given(chunk_size=st.integers(1, 300))
def test_the_size_of_the_chunks_changes_nothing(chunk_size):
    assert read(WHOLE, chunk_size) == read(WHOLE)


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n", "\r", "\n\n"])
def test_line_ends_after_a_terminator_are_no_data(line_end):
    content = b"".join(compose_x12([[("N3", "1 Main")]], sending=Sending(line_end=line_end)))

    rows, codes = read(content)

    assert [row[0] for row in rows] == ["ISA", "GS", "ST", "N3", "SE", "GE", "IEA"]
    assert codes == []


@pytest.mark.parametrize("terminator", ["\n", "\r"])
def test_a_line_end_may_be_the_terminator(terminator):
    cut = Delimiters(segment=terminator)
    content = b"".join(compose_x12([[("N3", "1 Main")]], sending=Sending(delimiters=cut)))

    rows, codes = read(content)

    assert (len(rows), codes) == (7, [])


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n", b" \r\n\t"])
def test_a_byte_order_mark_and_blanks_may_come_first(before):
    assert read(before + WHOLE) == read(WHOLE)


def test_a_second_interchange_may_use_other_delimiters():
    other = Sending(delimiters=Delimiters("|", ">", "!", None), line_end="")

    rows, codes = read(WHOLE + b"".join(compose_x12([[("N3", "2 Main")]], sending=other)))

    assert ["N3", "2 Main"] in rows
    assert codes == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not-x12"),
        (b"\n \n", "not-x12"),
        (b"%PDF-1.7", "not-x12"),
        (WHOLE.decode().encode("utf-16"), "not-x12"),
        (WHOLE[:50], "isa-incomplete"),
        (WHOLE[:105], "isa-incomplete"),
        (WHOLE.replace(b"*^*", b"*:*"), "delimiters"),
        (WHOLE.replace(b":~", b":A"), "delimiters"),
        (WHOLE[:-3], "truncated"),
        (WHOLE + b"x", "trailing-data"),
        (WHOLE.replace(b"1 Main", b"1\nMain"), "control-character"),
        (WHOLE.replace(b"1 Main", b"1 \x00ain"), "control-character"),
        (WHOLE.replace(b"1 Main", b"1 \xc2\x85ain"), "control-character"),
        (WHOLE.replace(b"1 Main", b"1 \xffain"), "undecodable"),
        (WHOLE.replace(b"SPONSOR  ", b"SPONSOR\xff "), "undecodable"),
        (WHOLE.replace(b"Flat 2~", b"Flat 2~~"), "empty-segment"),
        (WHOLE.replace(b"1 Main", b"1" * (MAX_CHARACTERS + 1)), "segment-too-long"),
    ],
)
def test_what_cannot_be_read_is_named(content, code):
    assert read(content)[1] == [code]
    assert read(content, chunk_size=7)[1] == [code]


def test_a_source_is_read_to_its_end_even_after_damage():
    reader = SegmentReader(BytesIO(b"nonsense" * 100_000), ProblemLog())

    assert list(reader) == []
    assert reader.byte_count == 800_000


def test_an_endless_segment_is_never_held_whole():
    log = ProblemLog()
    endless = (b"A" * 1000 for _ in range(20_000))
    reader = SegmentReader([WHOLE[:107], *endless], log)

    assert [segment.id for segment in reader] == ["ISA"]
    assert len(reader._buffer) < 2 * MAX_CHARACTERS
    assert log.problems[0].segment_number == 2
