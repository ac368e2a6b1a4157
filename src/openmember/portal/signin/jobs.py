"""Keeping the shared cache small: it holds the counts of sign-ins, each for minutes."""

from procrastinate.contrib.django import app

from openmember.kernel.sql import fetch_all


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="forget_old_counts", pass_context=False)
def forget_old_counts(timestamp: int) -> None:
    """Delete what ran out."""
    fetch_all("DELETE FROM kernel_cache WHERE expires < now()")
    # The longest window is a day.
    fetch_all("DELETE FROM kernel_throttle WHERE window_at < now() - interval '2 days'")
