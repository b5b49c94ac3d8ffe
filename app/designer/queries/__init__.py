"""What the designer's pages read."""

from . import comments, deployed, drafts, vocabulary

__all__ = ["comments", "deployed", "drafts", "vocabulary"]
