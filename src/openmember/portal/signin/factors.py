"""How second factors are named, drawn and kept."""

import base64
import hashlib
from io import BytesIO

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

from openmember.ui.context import organisation


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps are encrypted, so that a copy of the database opens no account."""

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text).decode()

    def get_totp_issuer(self) -> str:
        return organisation().name

    def _get_site_name(self) -> str:
        return organisation().name

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        # White behind it in dark mode too, or no camera reads it.
        segno.make(url).save(drawn, kind="svg", scale=5, border=3, light="white", xmldecl=False)
        return drawn.getvalue().decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        many = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": many + 1} if many else _("My passkey")


def _keys() -> MultiFernet:
    """Return what encrypts, made from the secret key; older secret keys still decrypt."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(force_bytes(secret))) for secret in secrets])


def _key(secret: bytes) -> bytes:
    digest = hashlib.sha256(b"openmember.factors " + secret).digest()
    return base64.urlsafe_b64encode(digest)
