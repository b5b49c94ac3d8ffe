"""The kinds of background work that belong to no feature."""

from __future__ import annotations

from . import exports, sweeping

__all__ = ["exports", "sweeping"]
