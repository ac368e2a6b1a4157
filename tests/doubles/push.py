"""A push service over loopback TLS, and the browsers that subscribe to it.

It checks what a push service checks (RFC 8030, RFC 8292) and opens messages as a browser does (RFC 8291).
"""

import base64
import json
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID

CURVE = ec.SECP256R1()


def unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class BrowserKeys:
    """What a browser makes when it subscribes."""

    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(CURVE)
    )
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def open(self, body: bytes) -> bytes:
        """Return the message, as RFC 8291 section 3.4 and RFC 8188 section 2 have a receiver do it."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, closed = body[21 : 21 + length], body[21 + length :]
        assert length == 65
        assert len(closed) <= size
        shared = self.private.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs)
        )
        info = b"WebPush: info\0" + self.p256dh + theirs
        secret = HKDF(hashes.SHA256(), 32, self.auth, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        padded = AESGCM(key).decrypt(nonce, closed, None).rstrip(b"\0")
        assert padded.endswith(b"\x02")
        return padded[:-1]


@dataclass
class Received:
    """One message as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes


class PushDouble:
    """The service. `answers` are the statuses it gives next; after them 201. `received` is what it took."""

    def __init__(self, folder: Path) -> None:
        self.received: list[Received] = []
        self.answers: list[int] = []
        self.ca_file = folder / "push.pem"
        key_file = _certificate(self.ca_file)
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = double.take(Received(self.path, dict(self.headers.items()), body))
                self.send_response(status)
                if status == 429:
                    self.send_header("Retry-After", "1800")
                if status == 307:
                    self.send_header("Location", "http://169.254.169.254/")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing on the terminal."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, key_file)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    @property
    def host(self) -> str:
        return f"localhost:{self.server.server_address[1]}"

    def endpoint(self, name: str = "device-1") -> str:
        return f"https://{self.host}/push/{name}"

    def take(self, message: Received) -> int:
        """Check the message as a service does, keep it, and return the status to answer with."""
        status = self.answers.pop(0) if self.answers else 201
        if message.headers.get("Content-Encoding") != "aes128gcm" or "TTL" not in message.headers:
            return 400
        if not _is_signed(message.headers["Authorization"], f"https://{self.host}"):
            return 403
        if status < 300:
            self.received.append(message)
        return status


@contextmanager
def running(folder: Path) -> Iterator[PushDouble]:
    """Run the service while inside."""
    double = PushDouble(folder)
    thread = threading.Thread(target=double.server.serve_forever, daemon=True)
    thread.start()
    yield double
    double.server.shutdown()
    double.server.server_close()
    thread.join()


def _is_signed(header: str, audience: str) -> bool:
    """Return whether a VAPID header is signed by the key it names, for us, and for less than a day."""
    scheme, _, rest = header.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    signed, _, signature = parts["t"].rpartition(".")
    claims = json.loads(unbase64(signed.partition(".")[2]))
    raw = unbase64(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unbase64(parts["k"]))
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(der, signed.encode(), ec.ECDSA(hashes.SHA256()))
    left = datetime.fromtimestamp(claims["exp"], UTC) - datetime.now(UTC)
    return (
        scheme == "vapid"
        and claims["aud"] == audience
        and claims["sub"].startswith("mailto:")
        and left <= timedelta(hours=24)
    )


def _certificate(path: Path) -> Path:
    """Write a certificate for localhost, and return where its key is."""
    key = ec.generate_private_key(CURVE)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file = path.with_suffix(".key")
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return key_file
