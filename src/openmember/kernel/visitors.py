"""Where a visitor comes from, for counting tries."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest

# The smallest network a provider hands to one customer, who can then use any address in it.
IPV6_CUSTOMER_BITS = 64


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address, or for IPv6 the network one customer has to themselves.

    Behind a proxy, OPENMEMBER_TRUSTED_PROXIES has the server take it from the proxy's header.
    """
    text = str(request.META["REMOTE_ADDR"])
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return text
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, IPV6_CUSTOMER_BITS), strict=False))
