"""Tables of the feature."""

from __future__ import annotations

from .attempts import Attempt, Extension, Response, Window
from .bank import Item, ItemBank, ItemImport, ItemVersion, TestSpecification

__all__ = [
    "Attempt",
    "Extension",
    "Item",
    "ItemBank",
    "ItemImport",
    "ItemVersion",
    "Response",
    "TestSpecification",
    "Window",
]
