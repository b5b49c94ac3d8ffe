"""Fixtures of the engine's tests."""

from __future__ import annotations

import pytest


@pytest.fixture(params=[False, True], ids=["warm", "cold"])
def cold(request: pytest.FixtureRequest) -> bool:
    """Each test runs in memory, and again stored and reloaded after every action."""
    return bool(request.param)
