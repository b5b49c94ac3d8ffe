"""Tables of the feature."""

from __future__ import annotations

from .bank import Item, ItemBank, ItemImport, ItemVersion, TestSpecification

__all__ = ["Item", "ItemBank", "ItemImport", "ItemVersion", "TestSpecification"]
