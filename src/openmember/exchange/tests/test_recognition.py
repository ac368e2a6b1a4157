import pytest

from openmember.exchange.testing import compose_834, compose_x12
from openmember.exchange.x12.recognition import recognise


@pytest.mark.parametrize("set_id", ["834", "820", "835", "999"])
def test_a_file_is_known_by_its_first_transaction(set_id):
    head = b"".join(compose_x12([[]], set_id=set_id))[:300]

    assert recognise(head) == f"x12-{set_id}"


def test_leading_blanks_do_not_hide_a_file():
    assert recognise(b"\xef\xbb\xbf\r\n" + compose_834([])) == "x12-834"


@pytest.mark.parametrize("head", [b"", b"ISA", b"101 094000124", b"\xff\xfe\x00", b"ISA*00*"])
def test_anything_else_is_not_x12(head):
    assert recognise(head) is None
