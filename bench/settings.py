"""The application's settings, with the yardsticks' tables beside its own."""

from openmember.config.settings.development import *

INSTALLED_APPS = [*INSTALLED_APPS, "mptt", "djmoney", "hordak", "bench.orm_yardstick"]
CURRENCIES = ["USD"]
DEFAULT_CURRENCY = "USD"
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
