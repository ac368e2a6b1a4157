"""The trade's own example files, where the folder that keeps them is present."""

import json
from io import BytesIO
from pathlib import Path

import pytest

from openmember.exchange.x12.summaries import file_as_dict
from openmember.exchange.x834 import open_834, report_as_dict

DATA = Path(__file__).parents[4].parent / "shared" / "data"
EXPECTED = DATA / "expected" / "x12-834.json"


@pytest.fixture(scope="module")
def files():
    if not EXPECTED.exists():
        pytest.skip("the shared example files are not on this machine")
    return {path.name: path.read_bytes() for path in sorted((DATA / "x12-834").iterdir())}


def test_each_file_reads_as_expected(files):
    read = {name: report_as_dict(BytesIO(content)) for name, content in files.items()}

    assert read == json.loads(EXPECTED.read_text())


def test_each_file_without_detail_says_the_same_of_the_whole(files):
    for content in files.values():
        brief, full = (report_as_dict(BytesIO(content), detail=detail) for detail in (False, True))
        (transaction,) = full["interchanges"][0]["groups"][0]["transactions"]
        for listed in ("amt", "member_names", "member_detail"):
            del transaction["business"][listed]
        assert brief == full


def test_other_x12_files_have_the_envelope_expected(files):
    for kind in ("x12-820", "x12-835", "x12-837", "x12-inquiry-ack"):
        for name, whole in json.loads((DATA / "expected" / f"{kind}.json").read_text()).items():
            read = file_as_dict([(DATA / kind / name).read_bytes()], lambda *_: {})
            assert bool(read["defects"]) == bool(whole["defects"]), name
            assert read["interchanges"] == without_business(whole["interchanges"]), name


def test_each_file_loses_no_segment_unnoticed(files):
    for name, content in files.items():
        segments = content.rstrip().split(b"~")[:-1]
        for lost in range(len(segments)):
            left = segments[:lost] + segments[lost + 1 :]
            assert errors_in(b"~".join(left) + b"~"), (name, segments[lost])


def test_each_file_is_cut_nowhere_unnoticed(files):
    for name, content in files.items():
        for size in range(0, len(content.rstrip()), 7):
            assert errors_in(content[:size]), (name, size)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"~\nSE*", b"~\nSE*9"),
        (b"~\nGE*1*", b"~\nGE*1*9"),
        (b"~\nIEA*1*", b"~\nIEA*1*9"),
        (b"~\nST*834*", b"~\nST*834*9"),
        (b"~\nST*834*", b"~\nST*820*"),
        (b"~\nINS*", b"|\nINS*"),
        (b"~\nINS*", b"~\nINS:"),
        (b"~\nGS*", b"|\nGS*"),
        (b"~\nBGN*00*", b"~\nBGN*77*"),
        (b"~\nREF*0F*", b"~\nREF*0F**"),
        (b"~\nNM1*IL*", b"~\nNM1*IL"),
        (b"*D8*19", b"*D8*1913"),
        (b"*D8*20", b"*D8*2x"),
        (b"ISA*00*", b"ISA|00*"),
        (b"*00501*", b"*00401*"),
    ],
)
def test_each_file_is_damaged_nowhere_unnoticed(files, old, new):
    damaged = [content.replace(old, new, 1) for content in files.values() if old in content]

    assert damaged
    assert all(errors_in(content) for content in damaged)


def without_business(interchanges):
    for interchange in interchanges:
        for group in interchange["groups"]:
            for transaction in group["transactions"]:
                transaction["business"] = {}
    return interchanges


def errors_in(content):
    return open_834(BytesIO(content)).report.error_count
