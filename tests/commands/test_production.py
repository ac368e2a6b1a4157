"""A live system refuses to start while something that protects members is missing."""

import os
import subprocess
import sys

import pytest

SAFE = {
    "DJANGO_SETTINGS_MODULE": "openmember.config.settings.production",
    "DATABASE_URL": "postgresql://someone:secret@127.0.0.1:1/openmember",
    "OPENMEMBER_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "OPENMEMBER_ALLOWED_HOSTS": "pay.example.org",
    "OPENMEMBER_SITE_URL": "https://pay.example.org",
    "OPENMEMBER_DATABASE_ROLE": "openmember_app",
    "OPENMEMBER_TRUSTED_PROXIES": "10.0.0.1",
    "OPENMEMBER_EMAIL_URL": "smtp://someone:secret@mail.example.org:587",
    "STRIPE_SECRET_KEY": "sk_live_example",
    "STRIPE_WEBHOOK_SECRET": "whsec_example",
    "OPENMEMBER_BANK_ACCOUNT_KEYS": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    "OPENMEMBER_ACH_ORIGINATOR": "/etc/openmember/ach.toml",
    "OPENMEMBER_BANK_ACCOUNTS": "/etc/openmember/accounts.toml",
}


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": "src", **SAFE, **changes},
        capture_output=True,
        text=True,
    )


def test_it_starts_when_all_is_there():
    started = start()

    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OPENMEMBER_SECRET_KEY", "", "OPENMEMBER_SECRET_KEY"),
        ("OPENMEMBER_SECRET_KEY", "short", "OPENMEMBER_SECRET_KEY"),
        ("OPENMEMBER_SECRET_KEY", "development-only-" + "x" * 40, "development key"),
        ("OPENMEMBER_ALLOWED_HOSTS", "", "OPENMEMBER_ALLOWED_HOSTS"),
        ("OPENMEMBER_SITE_URL", "http://pay.example.org", "https://"),
        ("DATABASE_URL", "", "DATABASE_URL"),
        ("DATABASE_URL", "mysql://nobody", "postgresql://"),
        ("OPENMEMBER_DATABASE_ROLE", "", "OPENMEMBER_DATABASE_ROLE"),
        ("OPENMEMBER_TRUSTED_PROXIES", "", "OPENMEMBER_TRUSTED_PROXIES"),
        ("OPENMEMBER_EMAIL_URL", "", "OPENMEMBER_EMAIL_URL"),
        ("STRIPE_SECRET_KEY", "", "STRIPE_SECRET_KEY"),
        ("STRIPE_WEBHOOK_SECRET", "", "STRIPE_WEBHOOK_SECRET"),
        ("OPENMEMBER_BANK_ACCOUNT_KEYS", "", "OPENMEMBER_BANK_ACCOUNT_KEYS"),
        ("OPENMEMBER_BANK_ACCOUNT_KEYS", "short", "OPENMEMBER_BANK_ACCOUNT_KEYS"),
        ("OPENMEMBER_ACH_ORIGINATOR", "", "OPENMEMBER_ACH_ORIGINATOR"),
        ("OPENMEMBER_BANK_ACCOUNTS", "", "OPENMEMBER_BANK_ACCOUNTS"),
    ],
)
def test_it_says_what_is_missing(name, value, said):
    started = start(**{name: value})

    assert started.returncode != 0
    assert said in started.stderr


def test_no_refusal_repeats_a_password():
    started = start(DATABASE_URL="mysql://someone:secret@nowhere/x")

    assert "secret" not in started.stderr.replace("OPENMEMBER_SECRET_KEY", "")
