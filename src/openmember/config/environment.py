"""What the process was told from outside. Nothing else in the project reads the environment."""

import os
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from platformdirs import user_data_path


class BadEnvironment(Exception):
    """A variable is missing or cannot be used; the message says which and what to do."""


@dataclass(frozen=True)
class Environment:
    """The variables OpenMember understands, read once."""

    home: Path
    database_url: str | None
    database_role: str | None
    secret_key: str | None
    allowed_hosts: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    site_url: str
    stripe_secret_key: str | None
    stripe_webhook_secret: str | None
    stripe_api_base: str | None
    email_url: str | None
    scan_command: str | None
    bank_account_keys: tuple[str, ...]
    ach_originator: str | None
    bank_accounts: str | None
    api_origins: tuple[str, ...]
    phone_auth_tokens: tuple[str, ...]
    phone_pay_connector: str
    phone_account: str
    phone_api_base: str
    push_key: str
    push_contact: str | None
    log_level: str

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Environment":
        def text(name: str) -> str | None:
            return variables.get(name, "").strip() or None

        def several(name: str) -> tuple[str, ...]:
            return tuple(word.strip() for word in (text(name) or "").split(",") if word.strip())

        return cls(
            home=Path(text("OPENMEMBER_HOME") or default_home()).expanduser(),
            database_url=text("DATABASE_URL"),
            database_role=text("OPENMEMBER_DATABASE_ROLE"),
            secret_key=text("OPENMEMBER_SECRET_KEY"),
            allowed_hosts=several("OPENMEMBER_ALLOWED_HOSTS"),
            trusted_proxies=several("OPENMEMBER_TRUSTED_PROXIES"),
            site_url=text("OPENMEMBER_SITE_URL") or "http://localhost:8000",
            stripe_secret_key=text("STRIPE_SECRET_KEY"),
            stripe_webhook_secret=text("STRIPE_WEBHOOK_SECRET"),
            stripe_api_base=text("STRIPE_API_BASE"),
            email_url=text("OPENMEMBER_EMAIL_URL"),
            scan_command=text("OPENMEMBER_SCAN_COMMAND"),
            bank_account_keys=several("OPENMEMBER_BANK_ACCOUNT_KEYS"),
            ach_originator=text("OPENMEMBER_ACH_ORIGINATOR"),
            bank_accounts=text("OPENMEMBER_BANK_ACCOUNTS"),
            api_origins=several("OPENMEMBER_API_ORIGINS"),
            phone_auth_tokens=several("OPENMEMBER_PHONE_AUTH_TOKENS"),
            phone_pay_connector=text("OPENMEMBER_PHONE_PAY_CONNECTOR") or "Default",
            phone_account=text("OPENMEMBER_PHONE_ACCOUNT") or "",
            phone_api_base=text("OPENMEMBER_PHONE_API_BASE") or "",
            push_key=text("OPENMEMBER_PUSH_KEY") or "",
            push_contact=text("OPENMEMBER_PUSH_CONTACT"),
            log_level=text("OPENMEMBER_LOG_LEVEL") or "INFO",
        )


def default_home() -> Path:
    """Return the platform's folder for our data; for root one the database's user can enter."""
    # PostgreSQL refuses to run as root, and nobody else may pass through /root.
    if os.name == "posix" and os.geteuid() == 0:
        return Path("/var/lib/openmember")
    return user_data_path("openmember")


def database_settings(url: str, role: str | None) -> dict[str, object]:
    """Return Django's database settings for a `postgresql://` address.

    With `role`, every connection works as that role, which may not change history.
    Errors: BadEnvironment, without repeating the address, because it holds a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadEnvironment(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name"
        )
    options: dict[str, object] = dict(parse_qsl(parts.query))
    settings_of_session = ["-c statement_timeout=60s", "-c timezone=UTC"]
    if role:
        settings_of_session.append(f"-c role={role}")
    options["options"] = " ".join(settings_of_session)
    # Statements are sent apart from their values and prepared when they come again: half of what a short
    # statement costs is planning, and the server's log of a refusal then holds no member's number.
    options["server_side_binding"] = True
    options["prepare_threshold"] = 2
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def is_key(text: str) -> bool:
    """Return whether a text is a key of 32 bytes in URL-safe base 64."""
    try:
        return len(urlsafe_b64decode(text)) == 32
    except ValueError:
        return False


def email_settings(url: str) -> dict[str, object]:
    """Return Django's mail settings for `smtp://user:password@host:587` (STARTTLS) or `smtps://...:465`.

    Errors: BadEnvironment, without repeating the address, because it holds a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadEnvironment("OPENMEMBER_EMAIL_URL must look like smtp://user:password@host:587")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "DEFAULT_FROM_EMAIL": dict(parse_qsl(parts.query)).get(
            "from", "no-reply@" + parts.hostname
        ),
    }
