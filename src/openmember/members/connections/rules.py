"""Where an app may be sent back to. Sources: RFC 8252 (native apps), RFC 9700 (redirects)."""

import re
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1"})
# A scheme of an app's own is a domain turned around, which nobody else owns (RFC 8252, 7.1).
_PRIVATE_SCHEME = re.compile(r"^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+$")


def why_not_redirect(uri: str) -> str:
    """Return why an app cannot be sent back to an address, in words; empty when it can."""
    try:
        parts = urlsplit(uri)
        host = parts.hostname
        _port = parts.port
    except ValueError:
        return "it is no address"
    if re.search(r"[\s\x00-\x1f*\\]", uri) or "#" in uri or "@" in parts.netloc:
        return "it has a space, a star, a fragment or a password in it"
    if parts.scheme == "https":
        return "" if host else "it names no host"
    if parts.scheme == "http":
        return "" if host in LOOPBACK else "http is for 127.0.0.1 and [::1] alone"
    if _PRIVATE_SCHEME.match(parts.scheme):
        return ""
    return "a scheme of one's own is a domain turned around, such as com.example.app"
