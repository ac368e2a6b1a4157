"""Stripe's client as we use it: short time-outs, no repeats of its own, nothing told about the machine."""

import stripe
import structlog
from django.core.exceptions import ImproperlyConfigured

log = structlog.get_logger("openmember.payments")

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0

# Nothing about the machine it runs on is Stripe's business.
stripe.enable_telemetry = False


def client_of(
    secret_key: str | None,
    api_base: str | None = None,
    timeout_seconds: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
) -> stripe.StripeClient:
    """Return a client that asks once. Errors: ImproperlyConfigured without a key."""
    if not secret_key:
        raise ImproperlyConfigured("Set STRIPE_SECRET_KEY to take payments through Stripe.")
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": api_base} if api_base else None,
        http_client=stripe.RequestsClient(timeout=timeout_seconds),
        max_network_retries=0,
    )


def log_failure(action: str, failed: stripe.StripeError) -> None:
    """Log what failed by its kind and code; what Stripe says in words may quote the request."""
    log.warning(
        "stripe_failed",
        action=action,
        kind=type(failed).__name__,
        status=failed.http_status,
        code=failed.code,
        request=failed.request_id,
    )
