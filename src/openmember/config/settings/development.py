"""A machine of one's own: plain HTTP, mail on the terminal, the sandbox gateway."""

from openmember.config.settings.base import *

SECRET_KEY = ENVIRONMENT.secret_key or "development-only-" + "x" * 40
BANK_ACCOUNT_KEYS = ENVIRONMENT.bank_account_keys or (
    "ZGV2ZWxvcG1lbnQtb25seS14eHh4eHh4eHh4eHh4eHg=",
)
# Error pages look as members see them.
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *ENVIRONMENT.allowed_hosts]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
STAFF_SECOND_FACTOR_REQUIRED = False  # The demo's staff sign in with a password alone.
PHONE_AUTH_TOKENS = ENVIRONMENT.phone_auth_tokens or ("development-only-carrier",)
PHONE_TEXT_SENDER = "openmember.texting.gateway.OutboxTexts"
# Nobody can be told by it but browsers that trusted this demo.
PUSH_KEY = ENVIRONMENT.push_key or "ZGV2ZWxvcG1lbnQtb25seS1wdXNoLWtleS14eHh4eHg"
PHONE_SIMULATOR = True  # A keypad in the browser, at /phone/simulator/.
UI_GALLERY = True  # Every component on one page, at /ui/.
