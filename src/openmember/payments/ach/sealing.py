"""Bank account numbers, sealed so that the database alone tells none of them.

AES-256 in Galois/Counter Mode from `cryptography`: it also proves that a sealed number was neither changed nor
moved to another row, and opens a million in a second, which Fernet does not (docs/adr/0008-ach-life.md).
Source: NIST SP 800-38D.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES = 32
_NONCE_BYTES = 12
_NAME_BYTES = 4


class BadKey(Exception):
    """A key is not 32 bytes in URL-safe base 64; the message repeats none of it."""


class CannotOpen(Exception):
    """The number was sealed with a key we do not have, or is not what was sealed."""


class Sealer:
    """Seals with the first key and opens with any, so that a new key can be put before the old ones."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise BadKey("There is no key for bank account numbers.")
        self._ciphers = {_name(key): AESGCM(_derived(key, b"seal")) for key in keys}
        self._first = _name(keys[0])
        # Not the first one: what is told apart today is told apart after a new key as well.
        self._fingerprint_key = _derived(keys[-1], b"fingerprint")

    def seal(self, number: str, *, account_number: str, bank_id: int) -> bytes:
        """Return the number sealed for this one bank account."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._first].encrypt(
            nonce, number.encode("ascii"), f"{account_number}:{bank_id}".encode("ascii")
        )
        return self._first + nonce + sealed

    def open(self, sealed: bytes, *, account_number: str, bank_id: int) -> str:
        """Return the number. Errors: CannotOpen."""
        try:
            return (
                self._ciphers[sealed[:_NAME_BYTES]]
                .decrypt(
                    sealed[_NAME_BYTES : _NAME_BYTES + _NONCE_BYTES],
                    sealed[_NAME_BYTES + _NONCE_BYTES :],
                    f"{account_number}:{bank_id}".encode("ascii"),
                )
                .decode("ascii")
            )
        except (KeyError, InvalidTag) as error:
            raise CannotOpen("A bank account number cannot be opened.") from error

    def fingerprint(self, routing: str, number: str) -> bytes:
        """Return what tells two numbers apart without telling either."""
        return hmac.new(
            self._fingerprint_key, f"{routing}:{number}".encode("ascii"), hashlib.sha256
        ).digest()


def get_sealer() -> Sealer:
    """Return the sealer with the configured keys. Errors: BadKey."""
    return _sealer(tuple(settings.BANK_ACCOUNT_KEYS))


def key_of(text: str) -> bytes:
    """Return the key a setting holds. Errors: BadKey."""
    try:
        key = urlsafe_b64decode(text)
    except ValueError as error:
        raise BadKey("A key is 32 bytes in URL-safe base 64.") from error
    if len(key) != KEY_BYTES:
        raise BadKey("A key is 32 bytes in URL-safe base 64.")
    return key


@cache
def _sealer(texts: tuple[str, ...]) -> Sealer:
    return Sealer([key_of(text) for text in texts])


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"name" + key).digest()[:_NAME_BYTES]


def _derived(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, purpose, hashlib.sha256).digest()
