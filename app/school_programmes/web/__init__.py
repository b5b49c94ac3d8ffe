"""Pages of school programmes."""

from __future__ import annotations

from .blueprint import blueprint

__all__ = ["blueprint"]
