"""When a device is trusted, what address of a push service is taken, and when to try again."""

from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from openmember.devices.types import Device

ENDPOINT_AT_MOST = 2000
TRIES_AT_MOST = 6
# After the first failure, and doubled after each further one.
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


# RFC 6052 and RFC 8215: addresses that a translator turns into IPv4 ones, and those of one's own translator.
_TRANSLATED = IPv6Network("64:ff9b::/96")
_TRANSLATED_INSIDE = IPv6Network("64:ff9b:1::/48")


class BadEndpoint(Exception):
    """The address is none that a push service could have; the message says why."""


def is_trusted(device: Device, *, stamp: str) -> bool:
    """Return whether the device may go on keeping what it keeps.

    `stamp` is that of the owner's sign-in of now: another password ends the trust of other devices.
    """
    return device.is_active and not device.is_revoked and device.stamp == stamp


def host_of(endpoint: str, *, exempt: tuple[str, ...] = ()) -> tuple[str, int]:
    """Return the host and port of a push service's address. Errors: BadEndpoint.

    Only https on its own port, by name, is taken. `exempt` are `host:port` that may be anything.
    """
    if len(endpoint) > ENDPOINT_AT_MOST or not endpoint.isascii() or not endpoint.isprintable():
        raise BadEndpoint("too long, or not ASCII")
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError as wrong:
        raise BadEndpoint("not an address") from wrong
    if parts.scheme != "https" or not host or parts.username is not None or " " in endpoint:
        raise BadEndpoint("not an https address")
    if f"{host}:{port}" in exempt:
        return host, port
    if port != 443 or _is_literal(host) or "." not in host.strip("."):
        raise BadEndpoint("not the name of a public server")
    return host, port


def is_public(address: str) -> bool:
    """Return whether an IP address is out on the internet, and not in a network of ours."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _TRANSLATED:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if found in _TRANSLATED_INSIDE:
            return False
        if inner and not is_public(str(inner)):
            return False
        if found.ipv4_mapped:
            return True
    return found.is_global and not found.is_multicast


def wait_after(tries: int, *, asked_seconds: int = 0) -> timedelta | None:
    """Return how long to wait after so many failed tries, or None to give up.

    `asked_seconds` is what the push service asked for (Retry-After).
    """
    if tries >= TRIES_AT_MOST:
        return None
    own: timedelta = FIRST_WAIT * 2 ** (tries - 1)
    return min(max(own, timedelta(seconds=asked_seconds)), LONGEST_WAIT)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        # Numbers alone are read as an address by some resolvers.
        return host.rpartition(".")[2].isdigit()
    return True
