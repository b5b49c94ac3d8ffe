"""What the designer's pages read."""

from . import (
    catalogue,
    checks,
    comments,
    deployed,
    descriptions,
    differing,
    drafts,
    folder,
    impact,
    landscape,
    scenarios,
    test_rows,
    versions,
    vocabulary,
)

__all__ = [
    "catalogue",
    "checks",
    "comments",
    "deployed",
    "descriptions",
    "differing",
    "drafts",
    "folder",
    "impact",
    "landscape",
    "scenarios",
    "test_rows",
    "versions",
    "vocabulary",
]
