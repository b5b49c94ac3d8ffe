"""What the designer's pages read."""

from . import comments, deployed, descriptions, drafts, vocabulary

__all__ = ["comments", "deployed", "descriptions", "drafts", "vocabulary"]
