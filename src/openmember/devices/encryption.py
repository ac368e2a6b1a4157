"""Closing a message for one browser and signing for the push service.

Source: RFC 8291 (message encryption), RFC 8188 (aes128gcm content coding), RFC 8292 (VAPID).
"""

import base64
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_BYTES = 4096
# One record holds the message, its end mark and its tag.
MESSAGE_AT_MOST = 3992
TOKEN_LIFE = timedelta(hours=12)


class BadKey(Exception):
    """The text is no key of ours."""


@dataclass(frozen=True, slots=True)
class ServerKey:
    """The key pair by which push services know us. `text` is how settings hold its private half."""

    private: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls) -> "ServerKey":
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def read(cls, text: str) -> "ServerKey":
        """Return the key of 32 bytes in URL-safe base 64. Errors: BadKey, without repeating it."""
        try:
            number = int.from_bytes(unbase64(text), "big")
            return cls(ec.derive_private_key(number, ec.SECP256R1()))
        except ValueError as wrong:
            raise BadKey("a push key is 32 bytes in URL-safe base 64") from wrong

    @property
    def text(self) -> str:
        return base64url(self.private.private_numbers().private_value.to_bytes(32, "big"))

    @property
    def public(self) -> str:
        """What browsers subscribe with."""
        return base64url(point_of(self.private.public_key()))


def base64url(data: bytes) -> str:
    """Return bytes in URL-safe base 64 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64(text: str) -> bytes:
    """Return the bytes of URL-safe base 64, padded or not. Errors: ValueError."""
    return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))


def point_of(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as 65 bytes, uncompressed."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    message: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return the body of a push message that only this browser can open.

    `own` and `salt` are made for each message; only a test of the standard's example gives them.
    Errors: ValueError when the browser's key is not on the curve, or the message too long.
    """
    if len(message) > MESSAGE_AT_MOST:
        raise ValueError("a push message has at most 3,992 bytes")
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    own = own or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    ours = point_of(own.public_key())
    shared = own.exchange(ec.ECDH(), theirs)
    secret = _derive(shared, salt=auth, info=b"WebPush: info\0" + p256dh + ours, length=32)
    key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    # The last record ends in 2, and there is only one.
    closed = AESGCM(key).encrypt(nonce, message + b"\x02", None)
    return salt + RECORD_BYTES.to_bytes(4, "big") + bytes([len(ours)]) + ours + closed


def authorization(key: ServerKey, *, endpoint: str, contact: str, now: datetime) -> str:
    """Return the Authorization header that tells a push service who sends, and whom to write to."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + TOKEN_LIFE).timestamp()),
        "sub": contact,
    }
    signed = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(key.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={signed}.{signature}, k={key.public}"


def _derive(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def _json(value: object) -> str:
    return base64url(json.dumps(value, separators=(",", ":")).encode())
