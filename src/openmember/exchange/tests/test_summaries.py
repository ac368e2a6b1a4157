from openmember.exchange.testing import Enrollee, compose_834, compose_x12
from openmember.exchange.x12.summaries import file_as_dict
from openmember.exchange.x834 import report_as_dict


def test_a_file_is_summed_up_whatever_is_left_unread():
    content = [*compose_x12([[("BPR", "I")]], set_id="820", functional_id="RA", guide="005010X218")]

    found = file_as_dict(content, lambda transaction, segments, log: {"kind": transaction.set_id})

    (transaction,) = found["interchanges"][0]["groups"][0]["transactions"]
    assert transaction == {
        "set": "820",
        "control": "0001",
        "guide": "005010X218",
        "se01_stated": "3",
        "segments_counted": 3,
        "business": {"kind": "820"},
    }


def test_what_is_wrong_is_listed_as_defects():
    content = compose_834([Enrollee("M1")]).replace(b"GE*1*", b"GE*2*")

    defects = report_as_dict([content])["defects"]

    assert defects == ["GE01 is '2'; expected 1 transactions, as read."]


def test_what_is_missing_is_null():
    content = compose_834([Enrollee("M1")])

    found = report_as_dict([content[: content.index(b"SE*")]])

    (interchange,) = found["interchanges"]
    assert interchange["iea"] is interchange["groups"][0]["ge"] is None
    assert interchange["groups"][0]["transactions"][0]["se01_stated"] is None
