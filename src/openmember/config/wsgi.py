"""The web application. Served as WSGI: measured three times the rate of ASGI with a pool."""

import os

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from openmember.config.environment import Environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openmember.config.settings.development")

application = get_wsgi_application()
# What counts tries must see who sends them, not the proxy in front; and only a proxy we know may say so.
if proxies := Environment.read().trusted_proxies:
    application = wrap_wsgi_with_proxy_headers(application, list(proxies))
