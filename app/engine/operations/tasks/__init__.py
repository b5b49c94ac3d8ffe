"""What people do with their tasks."""

from __future__ import annotations

from .assigning import assign_task, claim_task, delegate_task, release_task
from .changing import save_draft, update_task
from .completing import complete_user_task

__all__ = [
    "assign_task",
    "claim_task",
    "complete_user_task",
    "delegate_task",
    "release_task",
    "save_draft",
    "update_task",
]
