"""Pages of the feature."""

from __future__ import annotations

from .. import access  # noqa: F401
from . import banks, content, importing, items, specifications, taking, words  # noqa: F401
from .blueprint import blueprint

__all__ = ["blueprint"]
