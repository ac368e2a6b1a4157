"""Settings every deployment shares. Where they differ: development, production, testing."""

from pathlib import Path
from urllib.parse import urlsplit

from corsheaders.defaults import default_headers
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from openmember.config.environment import Environment, database_settings
from openmember.config.logs import logging_settings
from openmember.members.connections.types import Grant

ENVIRONMENT = Environment.read()
PACKAGE = Path(__file__).resolve().parents[2]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    # Before django-allauth, because it replaces that one's templates.
    "openmember.portal",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "corsheaders",
    "csp",
    "django_htmx",
    "oauth2_provider",
    "procrastinate.contrib.django",
    "template_partials",
    "openmember.kernel",
    "openmember.ui",
    "openmember.safety",
    "openmember.texting",
    "openmember.directory",
    "openmember.members",
    "openmember.documents",
    "openmember.ledger",
    "openmember.accounts",
    "openmember.letters",
    "openmember.registrations",
    "openmember.coverage",
    "openmember.claims",
    "openmember.billing",
    "openmember.payments",
    "openmember.assistance",
    "openmember.cases",
    "openmember.threads",
    "openmember.grievances",
    "openmember.devices",
    "openmember.phone",
    "openmember.desk",
    "openmember.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "openmember.config.requests.RequestLog",
    # Whatever goes wrong under /api/ is answered as the API answers, even what no view was reached for.
    "openmember.api.middleware.Problems",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "openmember.config.urls"
WSGI_APPLICATION = "openmember.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "members.User"

DATABASES = {
    # Commands that need no database (makemessages, check) may run without an address.
    "default": database_settings(
        ENVIRONMENT.database_url or "postgresql://openmember@127.0.0.1:5432/openmember",
        ENVIRONMENT.database_role,
    )
}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "openmember.ui.context.site",
            ],
            "builtins": ["openmember.ui.templatetags.ui"],
        },
    }
]
FORM_RENDERER = "openmember.ui.forms.Renderer"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish")), ("zh-hant", _("Chinese (Traditional)"))]
LOCALE_PATHS = [PACKAGE / "ui" / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Los_Angeles"

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.home / "static"

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "openmember.portal.registration.adapter.MemberAccountAdapter"
# Our own registration proves an address before anybody has a sign-in, so none waits to be confirmed
# but a new one; until then the old one counts.
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CHANGE_EMAIL = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "openmember.portal.signin.forms.SignInForm",
    "reset_password": "openmember.portal.signin.forms.ForgottenPasswordForm",
    "reset_password_from_key": "openmember.portal.signin.forms.NewPasswordForm",
    "change_password": "openmember.portal.signin.forms.ChangePasswordForm",
    "set_password": "openmember.portal.signin.forms.SetPasswordForm",
    "add_email": "openmember.portal.signin.forms.ChangeEmailForm",
    "reauthenticate": "openmember.portal.signin.forms.ConfirmPasswordForm",
}
MFA_ADAPTER = "openmember.portal.signin.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A code typed as it runs out still counts, as RFC 6238 (5.2) advises; none counts twice.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "openmember.portal.signin.forms.CodeForm",
    "reauthenticate": "openmember.portal.signin.forms.ConfirmCodeForm",
    "activate_totp": "openmember.portal.signin.forms.AuthenticatorAppForm",
    "add_webauthn": "openmember.portal.signin.forms.PasskeyForm",
    "edit_webauthn": "openmember.portal.signin.forms.RenamePasskeyForm",
}
# django-allauth counts sign-ins here, and remembers used codes: all web workers must see the same.
# The table is made by a migration of the kernel and swept every minute.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kernel_cache",
        # Never reached: when it is, entries are dropped that still count.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
EMAIL_TIMEOUT = 10

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 2
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "openmember.ui.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, "https://checkout.stripe.com"],
        "frame-ancestors": [NONE],
    }
}

# Each app's jobs are found by the worker under this name.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_IMPORT_PATHS = [
    "openmember.billing.debts.jobs",
    "openmember.billing.plans.jobs",
    "openmember.billing.statements.jobs",
    "openmember.grievances.handoffs.jobs",
    "openmember.grievances.recomputing.jobs",
    "openmember.payments.ach.jobs",
    "openmember.payments.credits.jobs",
    "openmember.payments.premium_jobs",
    "openmember.payments.reconciliation.jobs",
    "openmember.portal.registration.jobs",
    "openmember.portal.signin.jobs",
]

LOGGING = logging_settings(ENVIRONMENT.log_level)

# Everything another plan replaces: the organisation, its regions, lines, teams and facilities.
ORGANISATION_FOLDER = PACKAGE / "directory" / "data"
# The policy of financial assistance; the one that comes with the code is an example.
ASSISTANCE_POLICY_FILE = PACKAGE / "assistance" / "data" / "policy.toml"
# What cases are about, and how their promises are kept.
CASE_CATEGORIES_FILE = PACKAGE / "cases" / "data" / "categories.toml"
CASE_POLICY_FILE = PACKAGE / "cases" / "data" / "policy.toml"
GRIEVANCE_POLICY_FILE = PACKAGE / "grievances" / "data" / "policy.toml"
THREAD_TEAMS_FILE = PACKAGE / "threads" / "data" / "teams.toml"
THREAD_ANSWERS_FILE = PACKAGE / "threads" / "data" / "answers.toml"
# What people send us, outside what the web server serves. The command gets a file's path
# as its last word and answers 0 for clean, 1 for infected; without one nothing is scanned, and doctor says so.
DOCUMENTS_FOLDER = ENVIRONMENT.home / "documents"
DOCUMENT_SCAN_COMMAND = ENVIRONMENT.scan_command
DOCUMENT_MAX_BYTES = 10 * 1024 * 1024
DOCUMENTS_AT_MOST = 20
FILE_UPLOAD_HANDLERS = [
    "openmember.config.requests.BoundedUploads",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_MAX_BYTES = 64 * 1024 * 1024
SITE_URL = ENVIRONMENT.site_url
DEFAULT_FROM_EMAIL = f"no-reply@{urlsplit(SITE_URL).hostname}"

# Money.
PAYMENT_GATEWAY = "stripe" if ENVIRONMENT.stripe_secret_key else "sandbox"
PAYMENT_TERMINAL = (
    ""  # The dotted path of a vendor's card terminal; docs/counter.md says what it does.
)
STRIPE_SECRET_KEY = ENVIRONMENT.stripe_secret_key
STRIPE_WEBHOOK_SECRET = ENVIRONMENT.stripe_webhook_secret
STRIPE_API_BASE = ENVIRONMENT.stripe_api_base
ALLOCATION_ORDER = ("premium", "medical", "pharmacy")
# How our bank knows us; the file that comes with the code holds made-up numbers.
ACH_ORIGINATOR_FILE = ENVIRONMENT.ach_originator or str(
    PACKAGE / "payments" / "ach" / "data" / "originator.toml"
)
# Our accounts at banks; the file that comes with the code holds those of the trade's example files.
BANK_ACCOUNTS_FILE = ENVIRONMENT.bank_accounts or str(
    PACKAGE / "payments" / "reconciliation" / "data" / "accounts.toml"
)
# How many ranges of a file of returns are booked at a time.
ACH_RETURN_WORKERS = 2
# Bank account numbers are sealed with the first key and opened with any.
BANK_ACCOUNT_KEYS = ENVIRONMENT.bank_account_keys
# What one person may give back of credit, or write off, alone; above it a second one approves.
REFUND_ALONE_CENTS = 100_00
WRITE_OFF_ALONE_CENTS = 25_00
# Money that may still bounce is not given back; a network takes refunds for so long after the payment.
REFUND_HOLD_DAYS = 10
REFUND_TENDER_DAYS = 180
# A bank need not pay an older check: its money is credit again.
CHECK_STALE_DAYS = 180
# The account that refund checks are drawn on, as the bank's list of issued checks names it.
REFUND_BANK_ACCOUNT = "0000000000"
# A premium run that changes the month's total by more than this many percent stops and asks.
PREMIUM_CHANGE_LIMIT_PERCENT = 20
# How many months back a run compares what was billed with what it should have been.
PREMIUM_LOOK_BACK_MONTHS = 24
# Accounts a premium run bills at once, and how many such ranges it works on at a time.
PREMIUM_RANGE_ACCOUNTS = 40_000
PREMIUM_RUN_WORKERS = 2
# What rooms above payments add to the proof of the books; those below are asked directly.
BOOK_CHECKS = ["openmember.assistance.queries.list_differences"]

# The API. Apps are public clients with PKCE (S256), exact redirects, rotating refresh tokens; only hashes of
# tokens are kept. An access token lives for minutes, because nothing asks for a second factor while it does.
OAUTH2_PROVIDER_APPLICATION_MODEL = "members.App"
OAUTH2_PROVIDER = {
    "SCOPES": {grant.value: grant.value for grant in Grant},
    "DEFAULT_SCOPES": [Grant.ACCOUNT_READ.value],
    "OIDC_ISS_ENDPOINT": SITE_URL,
    "PKCE_REQUIRED": True,
    "REQUEST_APPROVAL_PROMPT": "force",
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 15 * 60,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 60 * 24 * 60 * 60,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    # Each app's own registered addresses decide; see members.models.App.
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "ALLOW_URI_WILDCARDS": False,
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "refresh_token"],
    "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": ["none"],
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
}
# Requests of one member by one app in a minute, and payments of it in ten.
API_REQUESTS_A_MINUTE = 240
API_PAYMENTS_IN_TEN_MINUTES = 20
API_TOKEN_REQUESTS_A_MINUTE = 60
# Pages of these origins may call the API; an app on a phone needs none.
CORS_ALLOWED_ORIGINS = list(ENVIRONMENT.api_origins)
CORS_URLS_REGEX = r"^/(api/|oauth/(token|revoke)/|\.well-known/oauth)"
CORS_ALLOW_HEADERS = [*default_headers, "idempotency-key", "if-none-match"]
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Link",
    "Location",
    "RateLimit",
    "RateLimit-Policy",
    "Retry-After",
    "X-Request-Id",
]

# The phone line: what the carrier signs with, newest first; what it calls the connector to the gateway, and
# the kind of token that gateway charges; who carries text messages; how many people answer at once.
PHONE_AUTH_TOKENS = ENVIRONMENT.phone_auth_tokens
PHONE_PAY_CONNECTOR = ENVIRONMENT.phone_pay_connector
# Our account at the carrier, and its REST interface where that is not Twilio's own: to send callers on.
PHONE_ACCOUNT = ENVIRONMENT.phone_account
PHONE_API_BASE = ENVIRONMENT.phone_api_base
PHONE_PAY_TOKEN = "payment-method"  # noqa: S105  a kind, and no secret
PHONE_TEXT_SENDER = ""  # Without one, no message is promised.
PHONE_PEOPLE = 4
PHONE_SIMULATOR = False

# Telling members' devices of news: the key push services know us by (`openmember push keys`; without one
# nothing is offered), and whom they write to. Addresses must be public but for the exempt `host:port`, such as
# those of a relay; `PUSH_CA_FILE` is trusted beside the machine's own authorities.
PUSH_KEY = ENVIRONMENT.push_key
PUSH_CONTACT = ENVIRONMENT.push_contact or f"mailto:{DEFAULT_FROM_EMAIL}"
PUSH_EXEMPT_HOSTS: tuple[str, ...] = ()
PUSH_CA_FILE = ""

# How long a member waits before another ID card can be asked for by mail.
CARD_REQUEST_DAYS = 14

# X12 interchanges marked as tests (ISA15 = T) are taken on a trial system and refused on a live one.
ACCEPT_TEST_INTERCHANGES = True
# Staff must carry a second factor before the desk opens.
STAFF_SECOND_FACTOR_REQUIRED = True
