"""What an 834 must not say, each told by its place and kind."""

from io import BytesIO

import pytest

from openmember.exchange.testing import Cover, Enrollee, compose_834, compose_x12, rows_834
from openmember.exchange.x12.types import Severity
from openmember.exchange.x834 import open_834
from openmember.exchange.x834.transactions import MAX_PIECE_SEGMENTS

MEMBER = Enrollee("M1", group="G1", coverages=(Cover(premium_cents=100_00),))
CHILD = Enrollee("M1", is_subscriber=False, relationship="19")
APTC = Enrollee("M1", categories=(("APTC AMT", "9V", "300.00"),))


def problems_of(rows, **envelope):
    report = open_834(compose_x12([rows], **envelope)).report
    return [(problem.code, problem.element) for problem in report.problems]


def changed(old, new, enrollee=MEMBER, **header):
    """Return the rows of one member with some text replaced, whose segments then count right."""
    lines = "\n".join("*".join(row) for row in rows_834([enrollee], **header))
    assert old in lines
    return [line.split("*") for line in lines.replace(old, new).split("\n") if line]


def test_a_sound_file_has_no_problem():
    assert problems_of(rows_834([MEMBER, CHILD, APTC])) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("INS*Y", "INS*X", ("unknown-code", "INS01")),
        ("INS*Y*18*021", "INS*Y*18*999", ("unknown-code", "INS03")),
        ("INS*Y*18*021*28*A", "INS*Y*18*021*28*Q", ("unknown-code", "INS05")),
        ("INS*Y*18*021*28*A", "INS*Y*18*021*28*A*******20260230", ("bad-date", "INS12")),
        ("REF*0F*M1\n", "", ("member-number", None)),
        ("REF*1L*G1", "REF*0F*M2", ("member-number", None)),
        ("REF*1L*G1", "REF*1L", ("missing-element", "REF02")),
        ("NM1*IL*1*River*Ana\n", "", ("name-missing", None)),
        ("NM1*IL*1*River", "NM1*IL*1*", ("missing-element", "NM103")),
        ("NM1*IL", "NM1*ZZ", ("unknown-code", "NM101")),
        ("NM1*IL*1*River*Ana", "NM1*IL*1*River*Ana\nNM1*IL*1*B*A", ("repeated-loop", None)),
        ("NM1*IL*1*River*Ana", "NM1*IL*1*River\nN3*1 A\nN3*2 B", ("repeated-segment", None)),
        ("NM1*IL*1*River*Ana", "NM1*IL*1*River\nDMG*D8*19991301", ("bad-date", "DMG02")),
        ("HD*021", "HD*999", ("unknown-code", "HD01")),
        ("HD*021**HMO", "HD*021**", ("missing-element", "HD03")),
        ("HD*021**HMO**IND\n", "", ("unexpected-segment", None)),
        ("DTP*348*D8*20260101", "DTP*348*D8*20260132", ("bad-date", "DTP03")),
        ("DTP*348*D8", "DTP*348*D6", ("unknown-code", "DTP02")),
        ("AMT*P3*100.00", "AMT*P3*100.001", ("bad-amount", "AMT02")),
        ("AMT*P3*100.00", "XYZ*1", ("unknown-segment", None)),
        ("AMT*P3*100.00", "NM1*31*1", ("unexpected-segment", None)),
        ("AMT*P3*100.00", "LX*1\nN3*1 Main", ("name-missing", None)),
        ("BGN*00", "BGN*99", ("unknown-code", "BGN01")),
        ("BGN*00*REF-1", "BGN*00*", ("missing-element", "BGN02")),
        ("0930****2", "0930****9", ("unknown-code", "BGN08")),
        ("N1*P5", "N1*QQ", ("unknown-code", "N101")),
        ("N1*IN*Sample Plan*FI*990000002\n", "", ("header-incomplete", None)),
        ("REF*38*POLICY-1", "QTY*TO*2", ("total-mismatch", "QTY02")),
        ("REF*38*POLICY-1", "QTY*ET*0", ("total-mismatch", "QTY02")),
        ("REF*38*POLICY-1", "QTY*DT*1", ("total-mismatch", "QTY02")),
        ("REF*38*POLICY-1", "QTY*TO*x", ("bad-number", "QTY02")),
        ("REF*38*POLICY-1", "HD*021", ("unexpected-segment", None)),
    ],
)
def test_what_a_member_or_header_must_not_say(old, new, expected):
    assert expected in problems_of(changed(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("300.00", "30O.00", ("bad-amount", "REF02")),
        ("N1*75*APTC AMT", "N1*75", ("missing-element", "N102")),
        ("N1*75", "N1*74", ("unknown-code", "N101")),
        ("REF*9V*300.00", "REF*9V*300.00\nREF*9V*1", ("repeated-segment", None)),
        ("\nLE*2700", "", ("loop-open", None)),
        ("LS*2700\n", "", ("unexpected-segment", None)),
        ("LE*2700", "LE*2700\nHD*021**DEN", ("unexpected-segment", None)),
    ],
)
def test_what_a_reporting_category_must_not_say(old, new, expected):
    assert expected in problems_of(changed(old, new, APTC))


@pytest.mark.parametrize(
    ("rows", "envelope", "expected"),
    [
        ([], {}, ("header-incomplete", None)),
        (list(rows_834([])), {}, ("no-members", None)),
        (list(rows_834([MEMBER])), {"set_id": "820"}, ("not-834", "ST01")),
        (list(rows_834([MEMBER])), {"functional_id": "RA"}, ("group-kind", None)),
        (list(rows_834([MEMBER])), {"guide": "005010X218"}, ("unknown-guide", "ST03")),
    ],
)
def test_what_a_transaction_must_not_be(rows, envelope, expected):
    assert expected in problems_of(rows, **envelope)


@pytest.mark.parametrize("text", ["REF*XQ9*A", "DTP*999*D8*20260101"])
def test_an_unknown_qualifier_is_kept(text):
    assert problems_of(changed("REF*1L*G1", text)) == []


@pytest.mark.parametrize(("is_subscriber", "relationship"), [(True, "19"), (False, "18")])
def test_a_subscriber_who_is_not_self_is_a_warning(is_subscriber, relationship):
    odd = Enrollee("M1", is_subscriber=is_subscriber, relationship=relationship)

    (problem,) = open_834([compose_834([odd])]).report.problems

    assert (problem.element, problem.severity) == ("INS02", Severity.WARNING)


def test_a_member_without_end_is_cut_short():
    rows = [*rows_834([MEMBER]), *[("REF", "17", "A")] * MAX_PIECE_SEGMENTS]

    assert problems_of(rows).count(("member-too-long", None)) == 1


def test_a_message_never_quotes_a_name_or_number():
    content = compose_834([Enrollee("SECRET1", last_name="SECRET2", relationship="")])
    for place in range(content.index(b"INS"), content.index(b"SE*")):
        broken = content[:place] + b"|" + content[place + 1 :]
        assert "SECRET" not in repr(open_834(BytesIO(broken)).report.problems)


def test_the_report_reads_what_was_not_iterated():
    report = open_834([compose_834([MEMBER, CHILD])]).report

    assert (report.totals.members, report.totals.dependents) == (2, 1)
    assert report.totals.by_maintenance_type == {"021": 2}
