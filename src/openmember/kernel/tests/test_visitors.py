import pytest
from django.test import RequestFactory

from openmember.kernel.visitors import address_of


@pytest.mark.parametrize(
    ("sent_from", "counted_as"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("unknown", "unknown"),
    ],
)
def test_a_visitor_is_counted_by_what_is_theirs_alone(sent_from, counted_as):
    assert address_of(RequestFactory().get("/", REMOTE_ADDR=sent_from)) == counted_as
