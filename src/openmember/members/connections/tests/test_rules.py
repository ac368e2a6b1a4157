import pytest

from openmember.members.connections.rules import why_not_redirect


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example/callback",
        "com.example.app:/callback",
        "http://127.0.0.1/callback",
        "http://[::1]:8123/callback",
    ],
)
def test_an_app_is_called_back_where_nobody_else_listens(uri):
    assert why_not_redirect(uri) == ""


@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example/callback",
        "http://localhost/callback",
        "https://*.example/",
        "https://app.example/#here",
        "https://user@app.example/",
        "https:///callback",
        "https://app.example:x/",
        "myapp:/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "com.example.app:/a b",
        "",
    ],
)
def test_other_addresses_are_refused_with_why(uri):
    assert why_not_redirect(uri)
