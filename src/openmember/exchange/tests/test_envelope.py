from io import BytesIO

import pytest

from openmember.exchange.testing import Sending, compose_x12
from openmember.exchange.x12.envelope import Envelope
from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.types import Severity

BODY = [("BGN", "00"), ("REF", "38", "A")]
WHOLE = b"".join(compose_x12([BODY, BODY]))
AGAIN = b"".join(compose_x12([BODY], sending=Sending(control=2)))


def walk(content):
    """Return the envelope, the segment ids of each transaction, and the problems."""
    log = ProblemLog()
    envelope = Envelope(BytesIO(content), log)
    held = [[segment.id for segment in segments] for _, segments in envelope.transactions()]
    return envelope, held, log.problems


def problems_of(content):
    return [(problem.code, problem.element) for problem in walk(content)[2]]


def test_transactions_are_handed_out_with_their_segments():
    _, held, problems = walk(WHOLE)

    assert held == [["ST", "BGN", "REF", "SE"]] * 2
    assert problems == ()


def test_the_envelope_is_kept_as_written():
    (interchange,) = walk(WHOLE)[0].interchanges

    (group,) = interchange.groups
    assert (interchange.sender, interchange.control) == ("SPONSOR", "000000001")
    assert (group.functional_id, group.version) == ("BE", "005010X220A1")
    assert group.transaction_count == 2
    assert group.trailer.count == "2"


def test_a_file_may_hold_several_interchanges():
    envelope, held, problems = walk(WHOLE + AGAIN)

    assert (len(envelope.interchanges), len(held), problems) == (2, 3, ())


def test_an_acknowledgment_is_read():
    answer = b"TA1*000000009*260101*0900*A*000~\n"
    envelope, _, problems = walk(WHOLE.replace(b"GS*", answer + b"GS*"))

    assert [ack.answer for ack in envelope.interchanges[0].acknowledgments] == ["A"]
    assert problems == ()


def test_a_test_file_is_a_warning():
    (problem,) = walk(WHOLE.replace(b"*0*P*:", b"*0*T*:"))[2]

    assert (problem.element, problem.severity) == ("ISA15", Severity.WARNING)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("SPONSOR        ", "SPONSOR", ("isa-width", "ISA06")),
        ("*00501*", "*00401*", ("isa-version", "ISA12")),
        ("*0*P*:", "*0*X*:", ("isa-usage", "ISA15")),
        ("SE*4*0001", "SE*5*0001", ("count-mismatch", "SE01")),
        ("SE*4*0001", "SE*x*0001", ("count-mismatch", "SE01")),
        ("SE*4*0001", "SE*4*1", ("control-mismatch", "SE02")),
        ("GE*2*", "GE*3*", ("count-mismatch", "GE01")),
        ("GE*2*1", "GE*2*7", ("control-mismatch", "GE02")),
        ("IEA*1*", "IEA**", ("count-mismatch", "IEA01")),
        ("IEA*1*000000001", "IEA*1*1", ("control-mismatch", "IEA02")),
        ("0002", "0001", ("control-number", "ST02")),
        ("ST*834*0001*005010X220A1", "ST*834*0001*005010X218", ("guide-mismatch", "ST03")),
    ],
)
def test_what_disagrees_is_named(old, new, expected):
    assert problems_of(WHOLE.decode().replace(old, new).encode()) == [expected]


def test_an_errata_mark_may_be_left_out():
    assert problems_of(WHOLE.replace(b"*0001*005010X220A1", b"*0001*005010X220")) == []


def test_an_interchange_number_may_not_return():
    assert problems_of(WHOLE + WHOLE) == [("control-number", "ISA13")]


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        ("GS", [("outside-envelope", None)] * 1),
        ("ST", [("outside-envelope", None), ("count-mismatch", "GE01")]),
        ("SE", [("trailer-missing", None)]),
        ("GE", [("trailer-missing", None)]),
        ("IEA", [("trailer-missing", None)]),
    ],
)
def test_a_lost_envelope_segment_is_named_once(lost, expected):
    lines = WHOLE.splitlines(keepends=True)
    index = next(i for i, line in enumerate(lines) if line.startswith(lost.encode() + b"*"))

    found = problems_of(b"".join(lines[:index] + lines[index + 1 :]))

    assert found[: len(expected)] == expected


def test_reading_goes_on_after_an_interchange_that_never_ends():
    envelope, held, problems = walk(WHOLE[: WHOLE.index(b"IEA")] + AGAIN)

    assert (len(envelope.interchanges), len(held)) == (2, 3)
    assert [problem.code for problem in problems] == ["trailer-missing"]


def test_a_body_segment_between_transactions_is_named():
    stray = WHOLE.replace(b"GE*", b"REF*1*2~\nGE*")

    assert problems_of(stray) == [("outside-envelope", None)]


def test_a_message_says_where_what_and_what_was_expected():
    (problem,) = walk(WHOLE.replace(b"GE*2*", b"GE*3*"))[2]

    assert problem.segment_number == 11
    assert problem.message == "GE01 is '3'; expected 2 transactions, as read."


def test_a_thousand_problems_are_kept_and_all_are_counted():
    log = ProblemLog()
    content = b"".join(compose_x12([[]] * 1500)).replace(b"SE*2*", b"SE*9*")

    assert sum(1 for _ in Envelope(BytesIO(content), log).transactions()) == 1500
    assert len(log.problems) == 1000
    assert log.counts[Severity.ERROR] == 1500
