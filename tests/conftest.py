"""What every test runs under: how hard Hypothesis tries, and asserts that hold under ``python -O``."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Asserts in the modules that tests share (the naive model, the notation) are executed under `python -O` as well.
for shared in sorted(Path(__file__).parent.glob("[a-z]*")):
    if (shared.suffix == ".py" or shared.is_dir()) and not shared.stem.startswith(("conftest", "test_")):
        pytest.register_assert_rewrite(shared.stem)

# Machines that run tests are shared: an example that takes its time is no fault.
settings.register_profile("base", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])

# `full` is what a plain `pytest` does; the CI draws the same examples every time, a developer new ones.
settings.register_profile("full", settings.get_profile("base"), max_examples=100, derandomize="CI" in os.environ)

# `long` is for now and then.
settings.register_profile("long", settings.get_profile("base"), max_examples=200)

# `short` is for the other Python versions, dependency versions and `python -O`.
settings.register_profile(
    "short", settings.get_profile("base"), max_examples=20, stateful_step_count=30, derandomize=True
)

settings.load_profile(os.environ.get("LOYALCORE_PROFILE", "full"))
