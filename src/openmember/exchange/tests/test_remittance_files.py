"""Remittances as files: the trade's examples, our samples, and what damage does to them."""

import json
from io import BytesIO
from pathlib import Path

import pytest

from openmember.exchange.x820 import open_820
from openmember.exchange.x820 import report_as_dict as report_820
from openmember.exchange.x835 import open_835
from openmember.exchange.x835 import report_as_dict as report_835

DATA = Path(__file__).parents[4].parent / "shared" / "data"
FILES = Path(__file__).parent / "files"
KINDS = {"820": (open_820, report_820), "835": (open_835, report_835)}
SAMPLES = sorted([*FILES.glob("*.820"), *FILES.glob("*.835")])


def judge(kind, content):
    return KINDS[kind][0](BytesIO(content)).report


def errors_in(kind, content):
    return judge(kind, content).error_count


@pytest.mark.parametrize("kind", KINDS)
def test_each_example_of_the_trade_reads_as_expected(kind):
    expected = DATA / "expected" / f"x12-{kind}.json"
    if not expected.exists():
        pytest.skip("the shared example files are not on this machine")
    whole = json.loads(expected.read_text())

    read = {
        path.name: KINDS[kind][1](BytesIO(path.read_bytes()))
        for path in sorted((DATA / f"x12-{kind}").iterdir())
    }

    assert read == whole


@pytest.mark.parametrize("kind", KINDS)
def test_each_example_of_the_trade_is_sound_and_adds_up(kind):
    folder = DATA / f"x12-{kind}"
    if not folder.exists():
        pytest.skip("the shared example files are not on this machine")
    for path in folder.iterdir():
        report = judge(kind, path.read_bytes())
        assert (report.error_count, report.mismatches) == (0, ()), path.name


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_our_samples_are_sound_and_add_up_unless_they_say_so(path):
    report = judge(path.suffix[1:], path.read_bytes())

    assert report.error_count == 0
    assert bool(report.mismatches) == path.name.startswith("damaged")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_loses_no_segment_unnoticed(path):
    segments = path.read_bytes().rstrip().split(b"~")[:-1]
    for lost in range(len(segments)):
        left = segments[:lost] + segments[lost + 1 :]
        assert errors_in(path.suffix[1:], b"~".join(left) + b"~"), segments[lost]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_loses_no_segment_unnoticed_even_when_it_is_counted_again(path):
    # What carries money or says whose it is; a lost date or reference leaves a sound file.
    carrying = (
        b"BPR", b"TRN", b"N1*P", b"N1*R", b"NM1", b"CLP", b"CAS", b"SVC", b"PLB", b"RMR", b"ENT", b"ADX",
    )  # fmt: skip
    segments = path.read_bytes().split(b"~\n")
    (count,) = (one.split(b"*")[1] for one in segments if one.startswith(b"SE*"))
    for lost, segment in enumerate(segments):
        if not segment.startswith(carrying):
            continue
        left = [*segments[:lost], *segments[lost + 1 :]]
        recounted = b"~\n".join(left).replace(b"SE*" + count, b"SE*%d" % (int(count) - 1))
        report = judge(path.suffix[1:], recounted)
        noticed = report.problems or report.mismatches
        assert noticed or is_the_employees_name(segment), segment


def is_the_employees_name(segment):
    # An entity of an 820 may go without a name; its lines then lead to no account.
    return segment.startswith((b"NM1*EY", b"NM1*IL"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_cut_nowhere_unnoticed(path):
    content = path.read_bytes().rstrip()
    for size in range(0, len(content), 3):
        assert errors_in(path.suffix[1:], content[:size]), size


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("claims.835", b"ST*835*", b"ST*834*", "not-835"),
        ("claims.835", b"GS*HP*", b"GS*BE*", "group-kind"),
        ("claims.835", b"*005010X221A1~\nBPR", b"*005010X212~\nBPR", "unknown-guide"),
        ("claims.835", b"CLP*PCN-1*1*", b"CLP*PCN-1*99*", "unknown-code"),
        ("claims.835", b"CLP*PCN-1*1*290.00*", b"CLP*PCN-1*1*290.00x*", "bad-amount"),
        ("claims.835", b"CAS*PR*1*", b"CAS*ZZ*1*", "unknown-code"),
        ("claims.835", b"CAS*PR*1*60.00", b"CAS*PR**60.00", "missing-element"),
        ("claims.835", b"NM1*QC*1*River", b"NM1*ZZ*1*River", "unknown-code"),
        ("claims.835", b"DTM*472*", b"DTX*472*", "unknown-segment"),
        ("claims.835", b"LX*1~", b"SVC*HC:1*1*1~", "unexpected-segment"),
        ("claims.835", b"TRN*1*TRACE-1*", b"TRN*1**", "missing-element"),
        ("claims.835", b"N1*PE*", b"N1*PX*", "header-incomplete"),
        ("exchange-payments.820", b"ST*820*", b"ST*835*", "not-820"),
        ("exchange-payments.820", b"GS*RA*", b"GS*HP*", "group-kind"),
        ("exchange-payments.820", b"BPR*I*967.35*C", b"BPR*I*967.35*X", "unknown-code"),
        ("exchange-payments.820", b"BPR*I*967.35", b"BPR*I*967.355", "bad-amount"),
        ("exchange-payments.820", b"RMR*ZZ*CSR**100.00", b"RMR*ZZ*CSR*", "bad-amount"),
        ("exchange-payments.820", b"RMR*ZZ*CSR*", b"RMR*ZZ**", "missing-element"),
        ("exchange-payments.820", b"RMR*ZZ*CSR*", b"RMX*ZZ*CSR*", "unknown-segment"),
        ("exchange-payments.820", b"N1*RM*", b"N1*R1*", "header-incomplete"),
        ("employer-list-bill.820", b"ADX*-12.50*52", b"ADX*-12.50", "missing-element"),
    ],
)
def test_damage_is_named_with_its_place(name, old, new, code):
    content = (FILES / name).read_bytes()
    assert old in content

    problems = judge(name[-3:], content.replace(old, new, 1)).problems

    errors = [problem for problem in problems if problem.severity == "error"]
    assert code in {problem.code for problem in errors}
    assert all(problem.segment_number and problem.message.endswith(".") for problem in errors)


def test_a_bad_date_is_warned_of_and_does_not_refuse_the_file():
    content = (FILES / "claims.835").read_bytes().replace(b"*20261120~", b"*20262020~")

    report = judge("835", content)

    assert report.error_count == 0
    assert [problem.element for problem in report.problems] == ["BPR16"]


def test_an_hour_of_segments_that_belong_together_stays_out_of_memory():
    from openmember.exchange.x12.pieces import MAX_PIECE_SEGMENTS

    content = (FILES / "claims.835").read_bytes()
    many = content.replace(
        b"LX*1~\n", b"LX*1~\n" + b"TS3*1*11*20261231*1*1~\n" * MAX_PIECE_SEGMENTS
    )

    assert "piece-too-long" in {problem.code for problem in judge("835", many).problems}
