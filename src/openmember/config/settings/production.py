"""A live system. It refuses to start when something that protects members is missing."""

from openmember.config.environment import BadEnvironment, email_settings, is_key
from openmember.config.settings.base import *

if not ENVIRONMENT.secret_key or len(ENVIRONMENT.secret_key) < 50:
    raise BadEnvironment(
        "Set OPENMEMBER_SECRET_KEY to at least 50 random characters "
        "(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')."
    )
if ENVIRONMENT.secret_key.startswith("development-only"):
    raise BadEnvironment("OPENMEMBER_SECRET_KEY is the development key. Make one of your own.")
if not ENVIRONMENT.allowed_hosts:
    raise BadEnvironment("Set OPENMEMBER_ALLOWED_HOSTS to the names members type, with commas.")
if not ENVIRONMENT.site_url.startswith("https://"):
    raise BadEnvironment("Set OPENMEMBER_SITE_URL to the https:// address members use.")
if not ENVIRONMENT.database_url:
    raise BadEnvironment("Set DATABASE_URL to the PostgreSQL that keeps the members' money.")
if not ENVIRONMENT.database_role:
    raise BadEnvironment(
        "Set OPENMEMBER_DATABASE_ROLE=openmember_app, a role that can add to history and not change it"
        " (docs/runbooks/embedded-database.md says how to make it)."
    )
if not ENVIRONMENT.trusted_proxies:
    raise BadEnvironment(
        "Set OPENMEMBER_TRUSTED_PROXIES to the addresses of the proxy in front, with commas, or to none:"
        " tries are counted for each visitor's address."
    )
if not ENVIRONMENT.email_url:
    raise BadEnvironment(
        "Set OPENMEMBER_EMAIL_URL (smtp://user:password@host:587): people recover by mail."
    )

if not (ENVIRONMENT.stripe_secret_key and ENVIRONMENT.stripe_webhook_secret):
    raise BadEnvironment(
        "Set STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET: the built-in test gateway takes no money."
    )

if not ENVIRONMENT.bank_account_keys or not all(map(is_key, ENVIRONMENT.bank_account_keys)):
    raise BadEnvironment(
        "Set OPENMEMBER_BANK_ACCOUNT_KEYS to 32 random bytes in URL-safe base 64, new keys before old ones "
        "(python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())')."
    )
if not ENVIRONMENT.ach_originator:
    raise BadEnvironment(
        "Set OPENMEMBER_ACH_ORIGINATOR to the file that says how your bank knows you"
        " (docs/formats/nacha.md shows one)."
    )
if not ENVIRONMENT.bank_accounts:
    raise BadEnvironment(
        "Set OPENMEMBER_BANK_ACCOUNTS to the file that lists your accounts at banks"
        " (docs/formats/bank-accounts.md shows one): files of any other account are refused."
    )
if ENVIRONMENT.push_key and not is_key(ENVIRONMENT.push_key + "="):
    raise BadEnvironment("OPENMEMBER_PUSH_KEY is not one that `openmember push keys` made.")
globals().update(email_settings(ENVIRONMENT.email_url))
SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.site_url]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
ACCEPT_TEST_INTERCHANGES = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
