"""What the designer's pages read."""

from . import (
    catalogue,
    comments,
    deployed,
    descriptions,
    drafts,
    test_rows,
    vocabulary,
)

__all__ = [
    "catalogue",
    "comments",
    "deployed",
    "descriptions",
    "drafts",
    "test_rows",
    "vocabulary",
]
