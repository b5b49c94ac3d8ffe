"""What people do in the designer."""

from . import commenting, deciding, drafts, locking, publishing, reviewing

__all__ = ["commenting", "deciding", "drafts", "locking", "publishing", "reviewing"]
