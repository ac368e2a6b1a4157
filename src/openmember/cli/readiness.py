"""Whether the web answers, asked of /health/ready as a load balancer would."""

import http.client
import socket

from openmember.cli.output import Refusal


class PortTaken(Refusal):
    """Another program listens there."""


def is_ready(host: str, port: int, *, named: str) -> bool:
    """Return whether the site says it is ready. `named` is the host name it expects."""
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=5)
    try:
        connection.request("GET", "/health/ready", headers={"Host": f"{named}:{port}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def check_port(host: str, port: int) -> None:
    """Return if we may listen there. Errors: Refusal, in one sentence."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # As the server will: connections of a server just stopped do not count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise Refusal(f"There is no address {host} here: give another --host.") from error
    except PermissionError as error:
        raise Refusal(f"Port {port} needs root: give a --port above 1023.") from error
    except OSError as error:
        raise PortTaken(
            f"Port {port} on {host} cannot be used ({error.strerror}): stop the program that "
            "listens there, or give another --port."
        ) from error


def address(host: str, port: int) -> str:
    """Return the address to show."""
    shown = _reachable(host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _reachable(host: str) -> str:
    # Listening on every address, the site is also on our own.
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  compared, not bound
