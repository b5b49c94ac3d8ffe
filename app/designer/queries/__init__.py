"""What the designer's pages read."""

from . import (
    catalogue,
    comments,
    deployed,
    descriptions,
    differing,
    drafts,
    impact,
    test_rows,
    versions,
    vocabulary,
)

__all__ = [
    "catalogue",
    "comments",
    "deployed",
    "descriptions",
    "differing",
    "drafts",
    "impact",
    "test_rows",
    "versions",
    "vocabulary",
]
