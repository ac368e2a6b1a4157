"""How hard property tests try: `HYPOTHESIS_PROFILE=deep pytest` looks for new examples."""

import os

from hypothesis import HealthCheck, Phase, settings

# The same examples every time, and a failing one shown as it was found: to shrink it takes minutes.
settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    max_examples=60,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile(
    "deep", settings.get_profile("suite"), derandomize=False, max_examples=2000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
