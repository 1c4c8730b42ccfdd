"""Shared by all tests."""

import pytest
from hypothesis import HealthCheck, settings

from planner.plans.recommendation import Plan, recommend

settings.register_profile(
    "planner", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("planner")


@pytest.fixture(scope="session")
def stab() -> Plan:
    """Search once, for all that only read a plan: benzylamine and butanal with STAB, all four additions."""
    return recommend("NCc1ccccc1", "CCCC=O", target="mono", max_over_alkylation=0.05, reductants=("STAB",))
