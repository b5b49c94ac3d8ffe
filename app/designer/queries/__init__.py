"""What the designer's pages read."""

from . import comments, deployed, descriptions, drafts, test_rows, vocabulary

__all__ = ["comments", "deployed", "descriptions", "drafts", "test_rows", "vocabulary"]
