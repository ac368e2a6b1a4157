"""The application's settings, with the yardsticks' tables beside its own."""

from openmember.config.settings.development import *  # noqa: F403  settings modules extend one another

INSTALLED_APPS = [*INSTALLED_APPS, "mptt", "djmoney", "hordak", "bench.orm_yardstick"]  # noqa: F405
CURRENCIES = ["USD"]
DEFAULT_CURRENCY = "USD"
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # noqa: F405  no files are served
