"""What the designer's pages read."""

from . import comments, deployed, drafts

__all__ = ["comments", "deployed", "drafts"]
