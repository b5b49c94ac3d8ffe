"""What people do in the designer."""

from . import commenting, drafts, locking, publishing, reviewing

__all__ = ["commenting", "drafts", "locking", "publishing", "reviewing"]
